import type { Report } from "../../tree/problem.ts";
import type { ComposeFile } from "../../keys/service.ts";
import type { Draft } from "../draft.ts";

/** Reports a volume of a task that several ECS services use; a volume on EFS may be shared. */
export function checkVolumes(
  groups: readonly (readonly [string, readonly Draft[]])[],
  file: ComposeFile,
  report: Report,
): void {
  const shared = new Set(file.volumes.filter(({ efs }) => efs !== undefined).map(({ name }) => name));
  const users = new Map<string, string>();
  for (const [name, drafts] of groups) {
    for (const { service, container } of drafts) {
      for (const { volume } of container.mounts) {
        const other = users.get(volume) ?? name;
        if (other !== name && !shared.has(volume)) {
          report(
            service.at,
            `volume "${volume}" lives in one task, but ${said(other)} and ${said(name)} both use it; give each its own, or write "x-ecs: { efs: … }" below it`,
          );
        }
        users.set(volume, other);
      }
    }
  }
}

const said = (service: string): string =>
  service === "" ? "the environment's own ECS service" : `the ECS service "${service}"`;
