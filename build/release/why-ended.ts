import { logTitle, taskEnds } from "../verdict/task-end.ts";
import { readTasks } from "./read-tasks.ts";
import { lastLines } from "./task-log.ts";
import type { Release } from "./verify-settings.ts";

/** Why the tasks of a revision of a service ended: a line for each, and the end of the log of the newest one that ran. */
export async function whyEnded(release: Release, service: string, revision: string): Promise<readonly string[]> {
  const { lines, logs } = taskEnds(await readTasks(release, service, "STOPPED"), service, revision);
  const said = [...lines];
  for (const { container, stream } of logs)
    said.push(logTitle(container), ...(await lastLines(release.around, release.logGroup, stream)));
  return said;
}
