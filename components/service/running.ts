import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { templateLabel } from "../../compose/index.ts";
import { handOver, withoutRunningImage, type HandOver, type Running } from "./hand-over.ts";
import { isFixedTag, type ImageRepositoriesArgs } from "../application/image-repositories.ts";
import { Refusal } from "../kit/refusal.ts";
import { sideBySide } from "../kit/side-by-side.ts";
import type { ContainerTemplate, TaskTemplate } from "./task-template.ts";

/** The ECS service to read. */
export interface ReadRunningArgs {
  /** Name or ARN of its cluster. */
  readonly cluster: string;
  readonly name: string;
  /** Whether a share of its tasks will run on Fargate Spot. @default - false */
  readonly wantsSpot?: boolean | undefined;
}

/** What a service runs now, as AWS describes it. */
export type RunningService = Omit<Running, "held">;

/** A parameter with which a person keeps the running revision, and the path of the parameter. */
export interface RollbackHold {
  readonly path: string;
  readonly parameter: string;
}

/** What is known when it is decided what an `up` does to a service. */
export interface DecideHandOverArgs {
  readonly template: TaskTemplate;
  /** What runs; undefined at the first `up`. */
  readonly running: RunningService | undefined;
  /** The parameter with which a person holds a rollback. @default - no rollback is held */
  readonly held?: string | undefined;
  /** The tag of the newest image, and whether images without a tag may expire. @default - `latest`, and they may */
  readonly newest?: ImageRepositoriesArgs["newest"];
  /** Whether a schedule ends the service's tasks at some hours. @default - false */
  readonly sleeps?: boolean;
}

/**
 * Decides what this `up` does to what runs, after a look at the newest images of new containers. Logs a warning if a
 * change is left for later.
 */
export async function decideHandOver(args: DecideHandOverArgs): Promise<HandOver> {
  const { template, held, newest = { tag: "latest", untaggedExpire: true }, sleeps = false } = args;
  const running = args.running && { ...args.running, held: held !== undefined };
  const lastBuilt = running ? await readLastBuilt(newest, withoutRunningImage(running, template)) : {};
  const decision = handOver({ template, running, lastBuilt, sleeps });
  if (decision.verdict === "held") {
    await pulumi.log.warn(`${held ?? ""} is set: ${running?.taskDefinitionArn ?? ""} stays as it is`);
  }
  if (decision.verdict === "waiting") {
    await pulumi.log.warn(
      `${decision.waitingFor.join(", ")}: no commit has been built yet, so the running revision stays as it is; push the commit, then run \`pulumi up\` again`,
    );
  }
  if (decision.verdict === "changed") await tellSecondTry(template);
  return decision;
}

/**
 * Logs a warning if the newest revision has this template and the running one does not: usually ECS or a person has
 * rolled it back. This is only a message: nothing is started or created from that revision, whoever has registered it.
 */
async function tellSecondTry({ family, hash }: TaskTemplate): Promise<void> {
  const newest = await readRevision(family);
  if (newest.templateHash !== hash) return;
  await pulumi.log.warn(
    `${family}: revision ${newest.number} already has this template but does not run; a new revision tries it again`,
  );
}

/**
 * Reads what runs. Only a service or cluster that does not exist, or is INACTIVE, means a first `up`; any other error
 * stops the program, because a decision without the right facts could deploy an old image again.
 */
export async function readRunning({
  cluster,
  name,
  wantsSpot = false,
}: ReadRunningArgs): Promise<RunningService | undefined> {
  const service = await findService(cluster, name);
  if (service === undefined) return undefined;
  refuseOtherCapacity(name, service.launchType, wantsSpot);
  refuseWhileDeploying(name, service.deployments);
  const { templateHash, images } = await readRevision(service.taskDefinition);
  return {
    taskDefinitionArn: service.taskDefinition,
    templateHash,
    images,
    desiredCount: service.desiredCount,
    deploymentId: service.deployments.find(({ status }) => status === "PRIMARY")?.id ?? "",
  };
}

/**
 * The number, the template's hash and the images of a revision; for a family, those of its newest ACTIVE revision
 * (DescribeTaskDefinition).
 */
async function readRevision(taskDefinition: string) {
  const { revision, containerDefinitions } = await aws.ecs.getTaskDefinition({ taskDefinition });
  const containers = JSON.parse(containerDefinitions) as readonly RunningContainer[];
  return {
    number: revision,
    templateHash: agreed(containers.map(({ dockerLabels }) => dockerLabels?.[templateLabel])),
    images: Object.fromEntries(containers.map(({ name, image }) => [name, image])),
  };
}

/**
 * Pattern of the errors with which AWS and the provider's data sources report that something does not exist; other
 * errors are not caught.
 */
const notFound =
  /no matching ECS Service found|(Cluster|Service|Repository|Image)NotFoundException|couldn't find resource|query returned no results/;

interface RunningContainer {
  readonly name: string;
  readonly image: string;
  readonly dockerLabels?: Readonly<Record<string, string>>;
}

async function findService(clusterArn: string, serviceName: string): Promise<aws.ecs.GetServiceResult | undefined> {
  try {
    const service = await aws.ecs.getService({ clusterArn, serviceName });
    return service.status === "INACTIVE" ? undefined : service;
  } catch (error) {
    if (notFound.test(String(error))) return undefined;
    throw error;
  }
}

/**
 * Refuses a change between a launch type and capacity providers: the provider would replace the service, which would
 * have no tasks until the next release.
 */
function refuseOtherCapacity(serviceName: string, launchType: string, wantsSpot: boolean): void {
  const other = wantsSpot ? launchType === "FARGATE" : launchType === "";
  if (!other) return;
  const asked = wantsSpot
    ? "is to have a share on Fargate Spot, but runs without one"
    : "runs with a share on Fargate Spot, but is to have none";
  throw new Refusal(
    `${serviceName}: the service ${asked}; ECS can set this only for a new service: give it another name with "x-ecs: { service: … }", or ${wantsSpot ? "remove" : "keep"} "spot" (nothing was changed)`,
  );
}

/**
 * Refuses while a deployment is in progress: then an older deployment still exists next to the primary one (ECS,
 * "Deployment").
 */
function refuseWhileDeploying(serviceName: string, deployments: readonly { readonly status: string }[]): void {
  if (deployments.length <= 1) return;
  throw new Refusal(
    `${serviceName}: a deployment is in progress; run \`pulumi up\` again when it has ended (nothing was changed)`,
  );
}

/** The label's value, if all containers have the same one. */
const agreed = (values: readonly (string | undefined)[]): string | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined;

/** The name of the parameter with which a person holds a rollback; undefined if there is none. */
export async function readHold({ path, parameter }: RollbackHold): Promise<string | undefined> {
  const found = await aws.ssm.getParametersByPath({ path, withDecryption: false });
  return found.names.find((name) => name === parameter);
}

/**
 * Newest image that a commit's build has pushed for each of the given containers; a container without one is left out.
 */
async function readLastBuilt(
  newest: ImageRepositoriesArgs["newest"],
  containers: readonly ContainerTemplate[],
): Promise<Readonly<Record<string, string>>> {
  const found = await sideBySide(
    ...containers.map(async ({ name, repository }) => {
      const uri = repository === undefined ? undefined : await lastBuilt(repository, newest);
      return uri === undefined ? [] : [[name, uri] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

async function lastBuilt(repositoryName: string, newest: ImageRepositoriesArgs["newest"]): Promise<string | undefined> {
  try {
    const { imageTags, imageUri } = await aws.ecr.getImage({ repositoryName, imageTag: newest.tag });
    // By digest: the tag moves, so nothing may run from it. An image without a commit's tag may expire.
    return !newest.untaggedExpire || imageTags.some(isFixedTag) ? imageUri : undefined;
  } catch (error) {
    if (notFound.test(String(error))) return undefined;
    throw error;
  }
}
