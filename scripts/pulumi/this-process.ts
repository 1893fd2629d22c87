import { readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";

/** Who runs a verb, in which process; what the environment's lock tells of its holder. */
export interface ThisProcess {
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** Names the numbering that the process id is of: containers with one host name may each have their own. */
  readonly numbering: string;
  /** Whether a process of that numbering still runs. */
  readonly runs: (pid: number) => boolean;
}

/** The process that this code runs in. */
export const thisProcess = (): ThisProcess => ({
  who: userInfo().username,
  host: hostname(),
  pid: process.pid,
  numbering: numbering(),
  runs,
});

/** Linux names a process's namespace (man 7 pid_namespaces); other systems have one numbering a host. */
function numbering(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "host";
  }
}

/** Signal 0 only asks; a process of another user's is there, and says so with EPERM (man 2 kill). */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
