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

/**
 * The part of a task definition that Pulumi owns: everything except the images that the pipeline builds. Plain data.
 */
export interface TaskTemplate {
  readonly family: string;
  readonly size: FargateSize;
  readonly executionRoleArn: string;
  /** Missing if the containers do not call AWS. */
  readonly taskRoleArn?: string;
  readonly volumes: readonly string[];
  /** Those of the volumes that are on EFS. */
  readonly efs?: Readonly<Record<string, EfsVolume>> | undefined;
  /** Missing if each container sees only its own processes. */
  readonly pidMode?: "task" | undefined;
  readonly containers: readonly ContainerTemplate[];
  /** Missing for x86_64, which is ECS's default. */
  readonly cpuArchitecture?: "ARM64" | undefined;
  /** Digest of everything above; if the running revision has the same digest, no new revision is needed. */
  readonly hash: string;
}

/** A container of a template; its definition has no `image` if the pipeline decides which image runs. */
export interface ContainerTemplate {
  readonly name: string;
  /** Name of the image that releases provide; undefined if the definition has the image. */
  readonly built: string | undefined;
  /** Name of that image's ECR repository. */
  readonly repository: string | undefined;
  /** The definition in ECS's format, without the labels that are derived from the template. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** Missing if the container does not come from a Compose file. */
  readonly composeLabel?: string | undefined;
  /** Missing if the container reads no parameters, or if their versions are not considered. */
  readonly parametersLabel?: string | undefined;
}

/** The template of one task, made from the Compose file and the names of the environment. */
export function taskTemplate(args: TaskTemplateArgs): TaskTemplate {
  const { family, names, task } = args;
  const template = {
    family,
    size: task.size,
    executionRoleArn: names.executionRole.arn,
    taskRoleArn: names.taskRole.arn,
    volumes: task.volumes,
    efs: task.efs,
    pidMode: task.sharesProcesses === true ? ("task" as const) : undefined,
    containers: task.containers.map((container) => containerTemplate(container, args)),
    cpuArchitecture: args.architecture === "arm64" ? ("ARM64" as const) : undefined,
  };
  return { ...template, hash: digest(template) };
}

/** A task in ECS's own format, for an EcsService that is used without a Compose file. */
export interface PlainTask {
  /** Name of the task definition family, and of the ECS service. */
  readonly family: string;
  readonly size: FargateSize;
  /** The ARN as plain text, known before anything is created: it is part of the template's digest. */
  readonly executionRoleArn: string;
  /** @default - the containers do not call AWS */
  readonly taskRoleArn?: string;
  readonly containers: readonly PlainContainer[];
}

/** A container, with the properties of ContainerDefinition in the ECS API reference. */
export interface PlainContainer extends Readonly<Record<string, unknown>> {
  readonly name: string;
  /** An image with its tag, or the name of the ECR repository of the image that releases provide. */
  readonly image: string | { readonly repository: string };
}

/** The template of a task that is written in ECS's own format. */
export function plainTemplate({ family, size, executionRoleArn, taskRoleArn, containers }: PlainTask): TaskTemplate {
  const template = {
    family,
    size,
    executionRoleArn,
    ...(taskRoleArn !== undefined && { taskRoleArn }),
    volumes: [],
    containers: containers.map(({ image, ...definition }): ContainerTemplate => {
      if (typeof image === "string") {
        return { name: definition.name, built: undefined, repository: undefined, definition: { ...definition, image } };
      }
      return { name: definition.name, built: image.repository, repository: image.repository, definition };
    }),
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

/**
 * The versions of the parameters that a container reads when it starts: a task sees a new value only after a new start.
 */
function versionsOf(container: Container, versions: Readonly<Record<string, number>>): string | undefined {
  const known = sortedEntries(container.secrets).flatMap(([name, variable]) => {
    const version = versions[variable];
    return version === undefined ? [] : [[name, version] as const];
  });
  return known.length === 0 ? undefined : JSON.stringify(Object.fromEntries(known));
}

/** Container definitions of a revision: the template with an image for each container that the pipeline builds. */
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
      ...(container.composeLabel !== undefined && { [composeLabel]: container.composeLabel }),
      ...(container.parametersLabel !== undefined && { [parametersLabel]: container.parametersLabel }),
      [templateLabel]: template.hash,
    },
  }));
}

const withoutUndefined = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

/** SHA-256 of data whose objects have their keys in a fixed order. */
const digest = (data: unknown): string => createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16);
