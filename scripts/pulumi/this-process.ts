import { readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";

/** Who runs a verb, and in which process; the environment's lock contains this. */
export interface ThisProcess {
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** Identifies the namespace of the process id: containers with the same host name may each have their own. */
  readonly numbering: string;
  /** Whether a process of that namespace still runs. */
  readonly runs: (pid: number) => boolean;
}

/** The current process. */
export const thisProcess = (): ThisProcess => ({
  who: userInfo().username,
  host: hostname(),
  pid: process.pid,
  numbering: numbering(),
  runs,
});

/** Linux names a process's namespace (man 7 pid_namespaces); other systems have one for each host. */
function numbering(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "host";
  }
}

/** Signal 0 only tests whether the process exists; EPERM means that it belongs to another user (man 2 kill). */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
