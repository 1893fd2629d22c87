import { StopServiceDeploymentCommand, UpdateServiceCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { isAwsError } from "../../build/verdict/aws-error.ts";
import { canBeStopped } from "../../build/verdict/verdict.ts";
import { deploying, inProgress } from "../look/in-progress.ts";
import { readPipeline } from "../look/pipeline-view.ts";
import { Refusal } from "../kit/refusal.ts";
import { readHoldValue, recordOf, writeHold } from "../guard/rollback-hold.ts";
import type { RollbackPlan, ServicePlan } from "./plan.ts";
import { standingOf } from "../look/rollout.ts";
import { readDeployments, readServices, type ServiceView } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients, Surroundings } from "../verb/surroundings.ts";
import { closeRelease } from "../guard/transition.ts";
import { isVerified, type ServiceVerdict } from "../status/verification.ts";
import { readVerdicts } from "../status/verify.ts";

/** Something that a rollback has done or seen; reported once. */
export type RollbackEvent =
  | { readonly kind: "held"; readonly text: string }
  | { readonly kind: "closed"; readonly notes: readonly string[] }
  | { readonly kind: "stopped"; readonly service: string; readonly revision: string }
  | { readonly kind: "pointed"; readonly service: string; readonly to: string }
  | { readonly kind: "deployment"; readonly service: ServiceView }
  | { readonly kind: "verified"; readonly ok: boolean; readonly verdicts: readonly ServiceVerdict[] };

export interface RollbackArgs {
  readonly names: StackNames;
  readonly clients: Clients;
  readonly plan: RollbackPlan;
  readonly around: Pick<Surroundings, "pause" | "self">;
  /** Whether the watch is abandoned. @default - it is followed to the end */
  readonly abandoned?: () => boolean;
}

/**
 * Goes back as planned, in an order in which nothing can undo it meanwhile: first the hold and the closed transition,
 * then the services. Steps that were already taken are skipped, so a second rollback continues where the first one
 * ended.
 */
export async function* rollBack(args: RollbackArgs): AsyncGenerator<RollbackEvent> {
  const { names, clients, plan, around } = args;
  const text = `rolled back to ${plan.to} by ${around.self.who}`;
  yield await hold(args, text);
  const why = { verb: "rollback", why: text };
  yield { kind: "closed", notes: await closeRelease(clients.codepipeline, names.pipeline, why) };
  await refuseRun(names, clients);
  for (const service of plan.services) yield* pointBack(args, service);
  if (!(yield* follow(args))) return;
  const verdicts = await readVerdicts(names, clients);
  yield { kind: "verified", ok: isVerified(verdicts), verdicts };
}

async function hold({ names, clients: { ssm }, plan }: RollbackArgs, text: string): Promise<RollbackEvent> {
  const to = Object.fromEntries(plan.services.map((one) => [one.service, one.to]));
  const before = recordOf(await readHoldValue(ssm, names.rollbackHold));
  if (JSON.stringify(before?.to) !== JSON.stringify(to)) await writeHold(ssm, names.rollbackHold, { text, to });
  return { kind: "held", text };
}

/** A run may have entered Release between the plan and the closing. */
async function refuseRun({ pipeline }: StackNames, { codepipeline }: Clients): Promise<void> {
  const { inRelease } = inProgress(await readPipeline(codepipeline, pipeline));
  if (inRelease !== undefined)
    throw new Refusal(`${pipeline}: run ${inRelease} has entered Release meanwhile; wait until it has ended`);
}

/** Stops a deployment in progress, and points the service to its revision. */
async function* pointBack(
  { names: { cluster }, clients: { ecs } }: RollbackArgs,
  { service, to }: ServicePlan,
): AsyncGenerator<RollbackEvent> {
  const look = async () => (await readServices(ecs, cluster, [service]))[0]?.revision ?? "";
  let revision = await look();
  if (revision !== to && (await stopDeployment(ecs, cluster, service))) {
    yield { kind: "stopped", service, revision };
    // ECS rolls it back, which may be where it goes.
    revision = await look();
  }
  if (revision === to) return;
  await ecs.send(new UpdateServiceCommand({ cluster, service, taskDefinition: to }));
  yield { kind: "pointed", service, to };
}

/** Stops the deployment in progress; false if there is none, or if it has ended meanwhile. */
async function stopDeployment(ecs: ECSClient, cluster: string, service: string): Promise<boolean> {
  const [newest] = await readDeployments(ecs, cluster, service, 1);
  if (newest === undefined || !canBeStopped(newest)) return false;
  try {
    await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: newest.arn, stopType: "ROLLBACK" }));
    return true;
  } catch (error) {
    if (isAwsError(error, "ConflictException", "ServiceDeploymentNotFoundException")) return false;
    throw error;
  }
}

/**
 * Yields each change of the services once, until ECS has decided on all of them; returns false if the watch is
 * abandoned.
 */
async function* follow(args: RollbackArgs): AsyncGenerator<RollbackEvent, boolean> {
  const { names, clients, plan, around, abandoned = () => false } = args;
  const told = new Map<string, string>();
  const reached = new Set<string>();
  while (!abandoned()) {
    const services = await readServices(
      clients.ecs,
      names.cluster,
      plan.services.map(({ service }) => service),
    );
    for (const service of services) {
      const standing = standingOf(service);
      if (told.get(service.name) !== standing) yield { kind: "deployment", service };
      told.set(service.name, standing);
    }
    const arrived = plan.services.filter(({ service, to }) => services.some(isAt(service, to)));
    for (const { service } of arrived) reached.add(service);
    // DescribeServices may be behind UpdateService: a revision that it has not shown yet was not rolled back.
    if (services.every((one) => reached.has(one.name) && deploying(one).length === 0)) return true;
    await around.pause();
  }
  return false;
}

const isAt =
  (name: string, revision: string) =>
  (service: ServiceView): boolean =>
    service.name === name && service.revision === revision;
