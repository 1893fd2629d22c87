import { stateOf } from "../../build/verdict/verdict.ts";
import { verbCommand } from "../../components/plain.ts";
import { askAgreement, neededAgreement } from "../verb/agreement.ts";
import { bringUp, type UpEvent, type UpOutcome } from "./bring-up.ts";
import { changeLines, summaryLines } from "../pulumi/change-summary.ts";
import type { StartedDeployment } from "../look/deployment-watch.ts";
import { told } from "../kit/event-queue.ts";
import { Outdated } from "./forward.ts";
import { refuseUndeclaredKeys } from "../parameters/keys.ts";
import { previewLines, previewStack } from "./preview.ts";
import { UsageError } from "../kit/refusal.ts";
import type { Surroundings } from "../verb/surroundings.ts";
import { common, durationOf, folderOf, verb, type ExitCode } from "../verb/verb.ts";

/** Brings an environment to what its files describe. */
export const upVerb = verb({
  help: "bring the environment to what its files describe, between releases",
  options: {
    stack: common.stack,
    wait: { type: "boolean", help: "wait for a run, a deployment or another verb, instead of refusing" },
    "wait-timeout": { type: "string", value: "DURATION", help: "wait like this at most, for example 30m" },
    forward: { type: "boolean", help: "do nothing (exit code 4) if the last up ran from a newer commit" },
    "no-follow": { type: "boolean", help: "do not watch the deployments that it starts" },
    "policy-pack": common["policy-pack"],
    json: common.json,
    "dry-run": common["dry-run"],
    yes: common.yes,
    "break-lock": common["break-lock"],
  },
  run: async (values, around) => {
    const { stack, json, yes, "wait-timeout": atMost } = values;
    if (stack === undefined) throw new UsageError("up: give --stack");
    const waitSeconds = atMost === undefined ? undefined : durationOf("wait-timeout", atMost);
    const policyPack = folderOf(values["policy-pack"]);
    if (values["dry-run"] === true) {
      await refuseUndeclaredKeys(await around.project.declared(stack), around.clients);
      return await previewStack({ stack, json, policyPack, verb: "up" }, around);
    }
    const interruption = around.interruption();
    const follow = values["no-follow"] !== true;
    const agree = async (planned: Parameters<typeof neededAgreement>[2]) => {
      await askAgreement("up", stack, await neededAgreement(around.project, stack, planned), around);
    };
    const events = bringUp({
      stack,
      wait: values.wait === true || waitSeconds !== undefined,
      waitSeconds,
      forward: values.forward === true ? around.git(undefined) : undefined,
      follow,
      interruption,
      around,
      policyPack,
      breakLock: values["break-lock"],
      agree: yes === true ? undefined : agree,
    });
    const lines = upLines();
    const outcome = await told(events, (event) => {
      if (json === true) around.say(JSON.stringify(event));
      else for (const line of lines(event)) (event.kind === "reason" ? around.warn : around.say)(line);
    }).catch((error: unknown) => {
      if (error instanceof Outdated) return error;
      throw error;
    });
    if (outcome instanceof Outdated) {
      around.warn(outcome.message);
      return 4;
    }
    return ended(outcome, { stack, json, interrupted: interruption.aborted }, around);
  },
});

/** The lines of an `up`, event by event; differences that the preview has already shown are not repeated. */
function upLines(): (event: UpEvent) => readonly string[] {
  let shown = false;
  return (event) => {
    switch (event.kind) {
      case "planned":
        shown = true;
        return previewLines(event.changes);
      case "changed":
        return shown ? changeLines(event.change).slice(0, 1) : changeLines(event.change);
      case "failed":
        return [`failed: ${event.change.type} ${event.change.name}`];
      case "deployment":
        return [deploymentLine(event.deployment)];
      case "reason":
      case "remark":
        return [event.line];
    }
  };
}

function deploymentLine({ service, id, revision, status, failedTasks, reason }: StartedDeployment): string {
  const failed = failedTasks === 0 ? "" : `, ${failedTasks} task(s) failed`;
  return `${service}: deployment ${id} of ${revision}${failed}: ${stateOf({ status, statusReason: reason })}`;
}

interface Asked {
  readonly stack: string;
  readonly json: boolean | undefined;
  readonly interrupted: boolean;
}

function ended(outcome: UpOutcome, { stack, json, interrupted }: Asked, around: Surroundings): ExitCode {
  const { changes, problem, takenBack } = outcome;
  if (json === true) around.say(JSON.stringify({ kind: "ended", ...outcome }));
  if (problem !== undefined) {
    for (const line of problem) around.warn(line);
    return interrupted ? 130 : 1;
  }
  if (json !== true) for (const line of summaryLines(changes)) around.say(line);
  for (const { service, revision, reason } of takenBack) {
    around.warn(
      `${service}: ECS rolled ${revision} back: ${reason}; correct it, then \`${verbCommand} up --stack ${stack}\` tries again`,
    );
  }
  if (takenBack.length > 0) return 3;
  if (!interrupted) return 0;
  around.warn(
    `stack ${stack}: it is up; its deployments go on without you, \`${verbCommand} status --stack ${stack}\` shows their state`,
  );
  return 130;
}
