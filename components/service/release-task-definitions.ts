import * as pulumi from "@pulumi/pulumi";
import type { Application, Container, Task } from "../../compose/index.ts";
import type { Architecture } from "../kit/architecture.ts";
import type { SharedFolders } from "../data/file-system.ts";
import type { Names } from "../kit/names.ts";
import type { ReleaseRevisions } from "./release-revisions.ts";
import { taskDefinition } from "./task-definition.ts";
import { containerDefinitions, taskTemplate } from "./task-template.ts";

export interface ReleaseTaskDefinitionsArgs {
  readonly names: Names;
  readonly application: Pick<Application, "release" | "releaseFiles" | "efs">;
  /** The file system and the access point of each volume on EFS. @default - there are no such volumes */
  readonly folders?: SharedFolders | undefined;
  readonly parameterNames: Readonly<Record<string, string>>;
  readonly repositories: Readonly<Record<string, pulumi.Output<string>>>;
  /** @default - x86_64 */
  readonly architecture?: Architecture | undefined;
}

/**
 * Creates a task definition family for each service of the profile `release`, with the revision on which the migrate
 * step bases its own revisions; returns the ARN of the revision by the service's name.
 */
export function releaseTaskDefinitions(
  name: string,
  args: ReleaseTaskDefinitionsArgs,
  opts: pulumi.CustomResourceOptions,
): ReleaseRevisions {
  const { release, releaseFiles } = args.application;
  const made = release.map((container) => {
    const writer = releaseFiles[container.name];
    const template = taskTemplate({
      names: args.names,
      family: args.names.releaseFamily(container.name),
      task: {
        containers: writer === undefined ? [container] : [container, writer],
        volumes: container.mounts.map(({ volume }) => volume),
        ...usedBy(container, args.application.efs),
        size: container.size,
        connected: false,
      },
      parameterNames: args.parameterNames,
      architecture: args.architecture,
    });
    const uri = "built" in container.image ? args.repositories[container.image.built] : undefined;
    const definitions = pulumi
      .output(uri)
      .apply((repository) => containerDefinitions(template, () => `${repository ?? ""}:latest`));
    const revision = taskDefinition(`${name}-${container.name}`, template, definitions, args.folders ?? {}, opts);
    return [container.name, revision.arn] as const;
  });
  return Object.fromEntries(made);
}

/** The volumes on EFS that a container mounts; empty if there are none. */
function usedBy({ mounts }: Container, efs: Application["efs"]): Pick<Task, "efs"> {
  const used = Object.entries(efs).filter(([name]) => mounts.some(({ volume }) => volume === name));
  return used.length === 0 ? {} : { efs: Object.fromEntries(used) };
}
