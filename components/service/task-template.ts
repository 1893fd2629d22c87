import { createHash } from "node:crypto";
import {
  composeLabel,
  parametersLabel,
  templateLabel,
  type Container,
  type EfsVolume,
  type FargateSize,
} from "../../compose/index.ts";
import { definitionOf, type TaskTemplateArgs } from "./container-definition.ts";
import { sortedEntries } from "../kit/sorted-entries.ts";

/** All of a task definition but the images the pipeline builds: what Pulumi owns of it. Plain data. */
export interface TaskTemplate {
  readonly family: string;
  readonly size: FargateSize;
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  readonly volumes: readonly string[];
  /** Those of them that are on EFS. */
  readonly efs?: Readonly<Record<string, EfsVolume>> | undefined;
  /** Missing where every container sees its own processes alone. */
  readonly pidMode?: "task" | undefined;
  readonly containers: readonly ContainerTemplate[];
  /** Missing on x86_64, which is what ECS takes then. */
  readonly cpuArchitecture?: "ARM64" | undefined;
  /** Digest of everything above; a running revision with the same one needs no new revision. */
  readonly hash: string;
}

/** A container of a template; `image` is missing where the pipeline says which one runs. */
export interface ContainerTemplate {
  readonly name: string;
  /** Name of the image the pipeline builds for it. */
  readonly built: string | undefined;
  /** Name of that image's ECR repository. */
  readonly repository: string | undefined;
  /** The definition in ECS's words, without the labels that are made from the template. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly composeLabel: string;
  /** Missing where the container reads no parameter, or nobody asks for its version. */
  readonly parametersLabel?: string | undefined;
}

/** The template of one task: the Compose part and the names of the environment, put together. */
export function taskTemplate(args: TaskTemplateArgs): TaskTemplate {
  const template = {
    family: args.family,
    size: args.size,
    executionRoleArn: args.names.executionRole.arn,
    taskRoleArn: args.names.taskRole.arn,
    volumes: args.volumes,
    efs: args.efs,
    pidMode: args.sharesProcesses === true ? ("task" as const) : undefined,
    containers: args.containers.map((container) => containerTemplate(container, args)),
    cpuArchitecture: args.architecture === "arm64" ? ("ARM64" as const) : undefined,
  };
  return { ...template, hash: digest(template) };
}

function containerTemplate(container: Container, args: TaskTemplateArgs): ContainerTemplate {
  const built = "built" in container.image ? container.image.built : undefined;
  return {
    name: container.name,
    built,
    repository: built === undefined ? undefined : args.names.repository(built).name,
    definition: withoutUndefined(definitionOf(container, args)),
    composeLabel: JSON.stringify(container.fingerprint),
    parametersLabel: versionsOf(container, args.parameterVersions ?? {}),
  };
}

/** The versions of what a container reads when it starts: tasks see a new value only when they are started anew. */
function versionsOf(container: Container, versions: Readonly<Record<string, number>>): string | undefined {
  const known = sortedEntries(container.secrets).flatMap(([name, variable]) => {
    const version = versions[variable];
    return version === undefined ? [] : [[name, version] as const];
  });
  return known.length === 0 ? undefined : JSON.stringify(Object.fromEntries(known));
}

/** Container definitions of a revision: the template with an image for each container the pipeline builds. */
export function containerDefinitions(
  template: TaskTemplate,
  imageOf: (container: ContainerTemplate) => string,
  labels: Readonly<Record<string, string>> = {},
): Record<string, unknown>[] {
  return template.containers.map((container) => ({
    ...container.definition,
    ...(container.built === undefined ? {} : { image: imageOf(container) }),
    dockerLabels: {
      ...(container.definition["dockerLabels"] as Readonly<Record<string, string>> | undefined),
      ...labels,
      [composeLabel]: container.composeLabel,
      ...(container.parametersLabel !== undefined && { [parametersLabel]: container.parametersLabel }),
      [templateLabel]: template.hash,
    },
  }));
}

const withoutUndefined = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

/** SHA-256 of data whose objects are built in one fixed order of keys. */
const digest = (data: unknown): string => createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16);
