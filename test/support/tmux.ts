import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** A shell in a real terminal of a given size, without anybody in front of it. */
export interface Tmux {
  /** Types a line into it. */
  readonly type: (line: string) => void;
  /** Presses a key, by tmux's name, as in `C-c`. */
  readonly press: (key: string) => void;
  readonly resize: (columns: number) => void;
  /** What it shows, without the empty lines at its end. */
  readonly screen: () => readonly string[];
  /** Looks until it shows a line that fits, for at most twenty seconds; returns all lines. */
  readonly shows: (line: RegExp) => Promise<readonly string[]>;
  /** Whether the alternate screen is on, and whether the cursor is seen. */
  readonly modes: () => { readonly alternate: boolean; readonly cursor: boolean };
  readonly close: () => void;
}

/** Starts a separate tmux server without the user's configuration. */
export function startTmux(columns: number, environment: Readonly<Record<string, string>>): Tmux {
  const socket = `compose-ecs-pipeline-${process.pid}-${columns}`;
  const env = { ...process.env, ...environment, PS1: "$ ", TERM: "xterm-256color" };
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-u", "-L", socket, "-f", "/dev/null", ...args], { env, encoding: "utf8", stdio: "pipe" });
  tmux("new-session", "-d", "-x", String(columns), "-y", "24", "sh");
  const screen = () => tmux("capture-pane", "-p").trimEnd().split("\n");
  return {
    type: (line) => {
      tmux("send-keys", "-l", line);
      tmux("send-keys", "Enter");
    },
    press: (key) => tmux("send-keys", key),
    resize: (width) => tmux("resize-window", "-x", String(width), "-y", "24"),
    screen,
    shows: async (line) => {
      for (let left = 200; left > 0; left -= 1) {
        const lines = screen();
        if (lines.some((one) => line.test(one))) return lines;
        await sleep(100);
      }
      throw new Error(`the terminal never shows ${String(line)}, but:\n${screen().join("\n")}`);
    },
    modes: () => {
      const [alternate, cursor] = tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}").trim().split(" ");
      return { alternate: alternate === "1", cursor: cursor === "1" };
    },
    close: () => tmux("kill-server"),
  };
}
