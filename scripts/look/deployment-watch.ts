import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  type ServiceDeployment,
} from "@aws-sdk/client-ecs";
import { lastPart, readDeployments } from "./service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";

/** A service deployment that an `up` has started, at one look. */
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

/** Service deployments that there are: what is not among them later was started in between. */
export async function knownDeployments(ecs: ECSClient, { cluster, services }: Cluster): Promise<ReadonlySet<string>> {
  const each = await Promise.all(services.map((service) => readDeployments(ecs, cluster, service, 100)));
  return new Set(each.flat().map(({ arn }) => arn));
}

export interface WatchArgs {
  readonly ecs: ECSClient;
  readonly cluster: string;
  /** The services that the `up` has changed. */
  readonly services: readonly string[];
  /** What there was before it. */
  readonly known: ReadonlySet<string>;
  readonly pause: () => Promise<void>;
  /** Whether nobody watches any more. */
  readonly abandoned: () => boolean;
}

/**
 * Tells how each deployment stands that an `up` has started, each change once, until ECS has decided on all of them. By
 * deployment, not by service: ECS calls a service stable whose deployment it has taken back.
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
    if (now.every(({ status }) => isDecided(status))) return;
    await args.pause();
  }
}

/** Whether ECS has decided on a deployment (ECS API reference, ServiceDeployment). */
const isDecided = (status: string): boolean =>
  ["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"].includes(status);

/** Deployments of these services that were not known before; a change may also have started none. */
async function startedSince({
  ecs,
  cluster,
  services,
  known,
  pause,
  abandoned,
}: WatchArgs): Promise<readonly string[]> {
  const found = new Map<string, string>();
  // ECS lists a deployment a moment after it has begun.
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
  reason: deployment.rollback?.reason ?? deployment.statusReason ?? "",
  revision,
  failedTasks: deployment.deploymentCircuitBreaker?.failureCount ?? 0,
});
