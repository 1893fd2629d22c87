import * as pulumi from "@pulumi/pulumi";
import type { Application, Container, Task } from "../../compose/index.ts";
import type { Architecture } from "../kit/architecture.ts";
import type { SharedFolders } from "../data/file-system.ts";
import type { Names } from "../kit/names.ts";
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

/** ARN of the revision that `up` has created for each release service, by its name. */
export type ReleaseRevisions = Readonly<Record<string, pulumi.Output<string>>>;

/**
 * The variables that tell a build these revisions: a list as in `migrate:7 seed:12`, and the beginning of their ARNs
 * apart from it, because a variable holds at most 4,096 characters. A build never uses the newest revision of a family,
 * because another role could have registered it.
 */
export const revisionVariables = (names: Names, revisions: ReleaseRevisions): Record<string, pulumi.Input<string>> => ({
  RELEASE_DEFINITIONS: names.releaseDefinitions,
  RELEASE_REVISIONS: pulumi
    .all(Object.entries(revisions).map(([name, arn]) => pulumi.interpolate`${name}:${arn.apply(revisionOf)}`))
    .apply((all) => all.join(" ")),
});

const revisionOf = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);
