import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A look, again and again, at the arguments of every process on this machine, as everyone on it has. */
export interface ArgumentWatch {
  /** Command lines that were seen so far and hold one of these texts. */
  readonly holding: (...texts: readonly string[]) => readonly string[];
  readonly stop: () => void;
}

/** Looks every 20 ms: a process that is missed has lived for less. */
export function watchArguments(): ArgumentWatch {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const line of commandLines()) seen.add(line);
  }, 20);
  return {
    holding: (...texts) => [...seen].filter((line) => texts.some((text) => line.includes(text))),
    stop: () => {
      clearInterval(timer);
    },
  };
}

function commandLines(): readonly string[] {
  if (!existsSync("/proc/self/cmdline")) {
    return execFileSync("ps", ["-Aww", "-o", "command="], { encoding: "utf8" }).split("\n");
  }
  return readdirSync("/proc").flatMap((process) => {
    if (!/^\d+$/.test(process)) return [];
    try {
      return [readFileSync(`/proc/${process}/cmdline`, "utf8").replaceAll("\0", " ")];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}
