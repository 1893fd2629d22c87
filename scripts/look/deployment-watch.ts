import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  type ServiceDeployment,
} from "@aws-sdk/client-ecs";
import { lastPart } from "../../build/verdict/arn.ts";
import { isDecided, reasonOf } from "../../build/verdict/verdict.ts";
import { readDeployments } from "./service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";

/** The state of a service deployment that an `up` has started. */
export interface StartedDeployment {
  readonly service: string;
  /** ECS's id of the service deployment. */
  readonly id: string;
  /** PENDING, IN_PROGRESS, SUCCESSFUL, STOPPED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL … */
  readonly status: string;
  readonly reason: string;
  /** The revision that it rolls out, as `family:revision`. */
  readonly revision: string;
  readonly failedTasks: number;
}

type Cluster = Pick<StackNames, "cluster" | "services">;

/** The ids of the existing service deployments: those that are not among them later were started in between. */
export async function knownDeployments(ecs: ECSClient, { cluster, services }: Cluster): Promise<ReadonlySet<string>> {
  const each = await Promise.all(services.map((service) => readDeployments(ecs, cluster, service, 100)));
  return new Set(each.flat().map(({ arn }) => arn));
}

export interface WatchArgs {
  readonly ecs: ECSClient;
  readonly cluster: string;
  /** The services that the `up` has changed. */
  readonly services: readonly string[];
  /** Deployments that existed before it. */
  readonly known: ReadonlySet<string>;
  readonly pause: () => Promise<void>;
  /** Whether the watch is abandoned. */
  readonly abandoned: () => boolean;
}

/**
 * Yields each change of the deployments that an `up` has started, once, until ECS has decided on all of them. It
 * looks at deployments and not at services: ECS also calls a service stable after it has rolled its deployment back.
 */
export async function* watchDeployments(args: WatchArgs): AsyncGenerator<StartedDeployment> {
  const arns = await startedSince(args);
  const told = new Map<string, string>();
  while (arns.length > 0 && !args.abandoned()) {
    const now = await look(args.ecs, arns);
    for (const each of now) {
      const standing = `${each.status} ${each.failedTasks}`;
      if (told.get(each.id) !== standing) yield each;
      told.set(each.id, standing);
    }
    if (now.every(isDecided)) return;
    await args.pause();
  }
}

/** The deployments of these services that are not in `known`; a change may also start no deployment. */
async function startedSince({
  ecs,
  cluster,
  services,
  known,
  pause,
  abandoned,
}: WatchArgs): Promise<readonly string[]> {
  const found = new Map<string, string>();
  // ECS lists a deployment only a moment after its start.
  for (let look = 0; look < 3 && found.size < services.length && !abandoned(); look += 1) {
    if (look > 0) await pause();
    for (const service of services) {
      const [newest] = await readDeployments(ecs, cluster, service, 1);
      if (newest !== undefined && !known.has(newest.arn)) found.set(service, newest.arn);
    }
  }
  return [...found.values()];
}

async function look(ecs: ECSClient, serviceDeploymentArns: readonly string[]): Promise<readonly StartedDeployment[]> {
  const { serviceDeployments = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...serviceDeploymentArns] }),
  );
  const targets = serviceDeployments.flatMap(({ targetServiceRevision }) => targetServiceRevision?.arn ?? []);
  const { serviceRevisions = [] } = await ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...new Set(targets)] }),
  );
  const revisions = new Map(serviceRevisions.map((each) => [each.serviceRevisionArn, lastPart(each.taskDefinition)]));
  return serviceDeployments.map((each) => view(each, revisions.get(each.targetServiceRevision?.arn) ?? ""));
}

const view = (deployment: ServiceDeployment, revision: string): StartedDeployment => ({
  service: lastPart(deployment.serviceArn),
  id: lastPart(deployment.serviceDeploymentArn),
  status: deployment.status ?? "",
  reason: reasonOf(deployment),
  revision,
  failedTasks: deployment.deploymentCircuitBreaker?.failureCount ?? 0,
});
