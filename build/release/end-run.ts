import { StopPipelineExecutionCommand } from "@aws-sdk/client-codepipeline";
import type { ServiceDeployment } from "@aws-sdk/client-ecs";
import { lastPart } from "../verdict/arn.ts";
import { answerOf } from "../kit/aws-problem.ts";
import { messageOf, StepError } from "../kit/step-error.ts";
import { verdictOf } from "../verdict/verdict.ts";
import { lookAtDeployments, type Deployed } from "./deployed.ts";
import { readActions } from "./ecs-actions.ts";
import { definitionsOf } from "./read-deployments.ts";
import { takeBack } from "./take-back.ts";
import { pauseOf, type Release } from "./verify-settings.ts";
import { whyEnded } from "./why-ended.ts";

/** Ends the release because ECS has ended a deployment: reports why, rolls the other services back, ends the run. */
export async function endFailed(
  release: Release,
  deployed: readonly Deployed[],
  failed: Deployed,
  deployment: ServiceDeployment,
): Promise<never> {
  const { name } = failed.service;
  const { around } = release;
  around.say(`${name}: deployment ${lastPart(deployment.serviceDeploymentArn)}: ${verdictOf(deployment)}`);
  try {
    const revision = deployment.targetServiceRevision?.arn ?? "";
    const definition = (await definitionsOf(release, [revision])).get(revision) ?? "";
    for (const line of await whyEnded(release, name, definition)) around.say(line);
  } catch (error) {
    around.say(`${name}: why its tasks ended could not be read: ${messageOf(error)}`);
  }
  const others = await takeOthersBack(release, deployed, failed);
  const reason = `${name}: ECS ended the deployment: ${verdictOf(deployment)}`;
  if ([failed, ...others].some(({ action }) => action.state === "running")) await endRun(release, reason);
  throw new StepError([reason]);
}

/** Ends the release because an ECS action failed before it made a deployment: rolls the other services back. */
export async function endLost(release: Release, deployed: readonly Deployed[], lost: Deployed): Promise<never> {
  const others = await takeOthersBack(release, deployed, lost);
  const said = lost.action.error === "" ? "" : `: ${lost.action.error}`;
  const reason = `${lost.service.name}: the ECS action ended before it made a deployment${said}`;
  if (others.some(({ action }) => action.state === "running")) await endRun(release, reason);
  throw new StepError([reason]);
}

/**
 * Ends the release because its time is over: rolls every service back, so that no two of them run different releases,
 * unless all deployments were successful and only an ECS action has not ended.
 */
export async function endOverdue(release: Release, deployed: readonly Deployed[], reason: string): Promise<never> {
  if (deployed.some(({ deployment }) => deployment?.status !== "SUCCESSFUL")) {
    await takeBack(release, deployed);
    if (deployed.some(({ action }) => action.state === "running")) await endRun(release, reason);
  }
  throw new StepError([reason]);
}

/** Rolls every service but one back; first finds the deployments that actions have started meanwhile. */
async function takeOthersBack(
  release: Release,
  deployed: readonly Deployed[],
  but: Deployed,
): Promise<readonly Deployed[]> {
  const othersOf = (all: readonly Deployed[]) => all.filter(({ service }) => service !== but.service);
  let others = othersOf(deployed);
  for (let look = 0; look < 3 && others.some(isStarting); look += 1) {
    await pauseOf(release);
    const actions = await readActions(release.around, release.pipeline, release.execution);
    others = othersOf(await lookAtDeployments(release, actions, deployed));
  }
  await takeBack(release, others);
  return others;
}

const isStarting = ({ action, deployment }: Deployed): boolean =>
  action.state === "running" && deployment === undefined;

/** Ends the run: an ECS action would wait until its time-out. */
async function endRun({ around, pipeline, execution }: Release, reason: string): Promise<void> {
  const asked = around.clients.codepipeline.send(
    new StopPipelineExecutionCommand({
      pipelineName: pipeline,
      pipelineExecutionId: execution,
      abandon: true,
      // CodePipeline takes 200 characters (API reference, StopPipelineExecution).
      reason: reason.slice(0, 200),
    }),
  );
  try {
    await answerOf("codepipeline:StopPipelineExecution", pipeline, asked);
  } catch (error) {
    around.say(`the run could not be ended: ${messageOf(error)}`);
  }
}
