import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Drawing, Look, Surroundings } from "./surroundings.ts";

/** Output, questions, drawings and signals of this process. */
export interface Terminal extends Pick<Surroundings, "say" | "warn" | "ask" | "redraw" | "pause" | "interruption"> {
  /** Ends a drawing: what it showed last stays as ordinary lines. */
  readonly close: () => void;
}

/** The terminal, files or pipes of this process; a pause takes this many milliseconds, or ends with an interruption. */
export function terminal(pauseMilliseconds = 5000): Terminal {
  const { stdin, stdout, stderr } = process;
  // No one reads the output any more, as with `| head` or after the terminal was closed: write errors are ignored.
  for (const stream of [stdout, stderr]) stream.on("error", () => undefined);
  const screen = stdout.isTTY ? screenOf(stdout) : undefined;
  const close = () => screen?.close();
  process.once("exit", close);
  const interrupted = new AbortController();
  return {
    say: (line) => {
      close();
      stdout.write(`${line}\n`);
    },
    warn: (line) => {
      close();
      stderr.write(`${line}\n`);
    },
    ask: stdin.isTTY
      ? (question) => {
          close();
          return askHere(question);
        }
      : undefined,
    redraw: screen?.draw,
    pause: () => sleep(pauseMilliseconds, undefined, { signal: interrupted.signal }).catch(() => undefined),
    interruption: () => {
      watchSignals(interrupted);
      return interrupted.signal;
    },
    close,
  };
}

/** Asks on the terminal; Ctrl-C and Ctrl-D count as an empty answer. */
async function askHere(question: string): Promise<string> {
  const line = createInterface({ input: process.stdin, output: process.stdout });
  const closed = once(line, "close").then(() => {
    process.stdout.write("\n");
    return "";
  });
  line.on("SIGINT", () => {
    line.close();
  });
  try {
    return await Promise.race([line.question(question).catch(() => closed), closed]);
  } finally {
    line.close();
  }
}

/**
 * The first Ctrl-C, a lost terminal (SIGHUP) or SIGTERM asks the verb to end and to print the state; the next one
 * ends the process.
 */
function watchSignals(controller: AbortController): void {
  const interrupted = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"]) process.on(signal, interrupted);
}

const escape = {
  /** The alternate screen, without a cursor; leaving it restores what was shown before. */
  enter: "\u001b[?1049h\u001b[?25l",
  leave: "\u001b[?25h\u001b[?1049l",
  home: "\u001b[H",
  clearLine: "\u001b[2K",
  clearBelow: "\u001b[J",
};

/** A screen that shows one drawing, and draws it again when it or the terminal's size changes. */
function screenOf(stdout: NodeJS.WriteStream) {
  let shown: Drawing | undefined;
  const look = (): Look => ({ columns: stdout.columns, colour: hasColours(stdout) });
  const paint = (): void => {
    const lines = atMost(shown?.(look()) ?? [], stdout.rows - 1).map((line) => `${escape.clearLine}${line}\n`);
    stdout.write(`${escape.home}${lines.join("")}${escape.clearBelow}`);
  };
  return {
    draw: (drawing: Drawing): void => {
      if (shown === undefined) {
        stdout.write(escape.enter);
        stdout.on("resize", paint);
      }
      shown = drawing;
      paint();
    },
    close: (): void => {
      if (shown === undefined) return;
      const lines = shown(look());
      shown = undefined;
      stdout.off("resize", paint);
      stdout.write(`${escape.leave}${lines.join("\n")}\n`);
    },
  };
}

/** https://no-color.org: any value that is not empty means no colours. */
const hasColours = (stdout: NodeJS.WriteStream): boolean => !process.env["NO_COLOR"] && stdout.hasColors();

function atMost(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const kept = lines.slice(0, Math.max(0, rows - 1));
  return [...kept, `... and ${lines.length - kept.length} more line(s)`];
}
