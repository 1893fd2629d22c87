import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Volume } from "@aws-sdk/client-ecs";
import { docker, labelArguments } from "../../kit/docker.ts";
import { taskOf, type TaskJob } from "./job.ts";

/** A volume of this task, or one of EFS, which all tasks that mount it share and which stays when a task ends. */
export async function createVolume(job: TaskJob, volume: Volume): Promise<void> {
  const { world, labels } = job.context;
  const name = volumeName(taskOf(job).id, volume);
  if (volume.efsVolumeConfiguration === undefined) {
    job.volumes.push(name);
    await docker(["volume", "create", ...labelArguments(labels), name]);
    return;
  }
  // On AWS, an access point makes every user the owner of its files; here every user may write them.
  const directory = join(world.directory, name);
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o777);
  const folder = ["type=none", "o=bind", `device=${directory}`].flatMap((option) => ["--opt", option]);
  await docker(["volume", "create", ...labelArguments(labels), ...folder, name]);
}

/** What docker calls a volume of a task. */
export function volumeName(taskId: string, { name = "", efsVolumeConfiguration: efs }: Volume): string {
  if (efs === undefined) return `${taskId}-${name}`;
  return `${efs.fileSystemId ?? ""}-${efs.authorizationConfig?.accessPointId ?? ""}`;
}
