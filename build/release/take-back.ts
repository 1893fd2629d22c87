import { StopServiceDeploymentCommand, UpdateServiceCommand, type ServiceDeployment } from "@aws-sdk/client-ecs";
import { lastPart } from "../verdict/arn.ts";
import { answerOf } from "../kit/aws-problem.ts";
import { messageOf } from "../kit/step-error.ts";
import { canBeStopped, verdictOf } from "../verdict/verdict.ts";
import { wayBack } from "../verdict/way-back.ts";
import type { Deployed } from "./deployed.ts";
import { definitionsOf, describeDeployments, listDeployments, readServices } from "./read-deployments.ts";
import { isAsleep, readTargets } from "./scalable-targets.ts";
import { settle, type Settling } from "./settle.ts";
import type { Release } from "./verify-settings.ts";

/**
 * Rolls services back to what they ran before this run, and waits until ECS has decided on that. A service that cannot
 * be rolled back is reported, and does not keep the others from it.
 */
export async function takeBack(release: Release, services: readonly Deployed[]): Promise<void> {
  const settling: Settling[] = [];
  for (const one of services) {
    try {
      settling.push(...(await takeOneBack(release, one)));
    } catch (error) {
      release.around.say(`${one.service.name}: not rolled back: ${messageOf(error)}`);
    }
  }
  await settle(release, settling);
}

async function takeOneBack(
  release: Release,
  { service, action, deployment: last }: Deployed,
): Promise<readonly Settling[]> {
  const { name } = service;
  const { say } = release.around;
  const arn = last?.serviceDeploymentArn;
  if (arn === undefined) return [];
  const deployment = await look(release, arn);
  if (deployment.sourceServiceRevisions === undefined || deployment.sourceServiceRevisions.length === 0) {
    say(`${name}: ran nothing before this release, so there is nothing to go back to`);
    return [];
  }
  const now = (await readServices(release, [name])).get(name);
  // A schedule would start what has failed.
  const asleep = now?.desiredCount === 0 && service.sleeps && isAsleep(await readTargets(release, [service]), service);
  if (now?.desiredCount === 0 && !asleep) {
    say(`${name}: has no task yet, so there is nothing to go back to`);
    return [];
  }
  const ended = canBeStopped(deployment) ? await stop(release, name, arn) : deployment;
  if (ended === undefined) return [{ name, own: arn, isNew: false }];
  if (ended.status !== "SUCCESSFUL") {
    say(`${name}: ${verdictOf(ended)}`);
    return [{ name, own: arn, isNew: false }];
  }
  const isNew = await goBack(release, name, action.firstStart ?? new Date(0), ended, now?.taskDefinition);
  return isNew ? [{ name, own: arn, isNew }] : [];
}

async function look(release: Release, arn: string): Promise<ServiceDeployment> {
  return (await describeDeployments(release, [arn])).get(arn) ?? {};
}

/** Stops a deployment, so that ECS rolls it back; returns the deployment if it has ended before that. */
async function stop(release: Release, name: string, arn: string): Promise<ServiceDeployment | undefined> {
  const { around } = release;
  for (let attempt = 1; ; attempt += 1) {
    const asked = around.clients.ecs.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: "ROLLBACK" }),
    );
    try {
      await answerOf("ecs:StopServiceDeployment", name, asked);
      around.say(`${name}: its deployment is stopped and rolled back`);
      return undefined;
    } catch (error) {
      const now = await look(release, arn);
      if (!canBeStopped(now)) return now; // it has ended in between
      if (attempt < 2) continue;
      around.say(`${name}: its deployment cannot be stopped: ${messageOf(error)}`);
      return undefined;
    }
  }
}

/** Points a service to the revision from before this run; false if it runs that already. */
async function goBack(
  release: Release,
  name: string,
  start: Date,
  deployment: ServiceDeployment,
  current: string | undefined,
): Promise<boolean> {
  const { around, cluster } = release;
  const before = wayBack(await listDeployments(release, name, { before: start }), start, deployment) ?? "";
  const taskDefinition = (await definitionsOf(release, [before])).get(before);
  if (taskDefinition === current) {
    around.say(`${name}: runs ${lastPart(current)} again already`);
    return false;
  }
  const asked = around.clients.ecs.send(new UpdateServiceCommand({ cluster, service: name, taskDefinition }));
  await answerOf("ecs:UpdateService", name, asked);
  around.say(`${name}: goes back to ${lastPart(taskDefinition)}`);
  return true;
}
