import { verbCommand } from "../../components/plain.ts";
import type { RollbackEvent } from "./act.ts";
import type { RollbackPlan, ServicePlan } from "./plan.ts";
import { serviceLine } from "../look/screen.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { verdictLines } from "../status/verification.ts";

/** The lines of a plan. */
export const planLines = ({ stack }: StackNames, plan: RollbackPlan): readonly string[] => [
  `${stack}: back to ${plan.to}`,
  ...plan.services.flatMap(serviceLines),
  ...(plan.tasks.length === 0 ? [] : ["release tasks that have run since, which a rollback does not undo:"]),
  ...plan.tasks.flatMap(({ revision, executionId, exitCode, lastLines }) => [
    `  ${revision}, run ${executionId}: exit code ${exitCode}`,
    ...lastLines.map((line) => `    ${line}`),
  ]),
  ...plan.notes,
];

const serviceLines = ({ service, from, to, changes }: ServicePlan): readonly string[] =>
  from === to
    ? [`${service}: ${to} runs already`]
    : [`${service}: ${from} → ${to}`, ...changes.map((line) => `  ${line}`)];

/** The lines of an event. */
export function rollbackLines(names: StackNames, event: RollbackEvent): readonly string[] {
  switch (event.kind) {
    case "held":
      return [`${names.rollbackHold}: is set: \`up\` does not change what runs`];
    case "closed":
      return event.notes.length > 0 ? event.notes : [`${names.pipeline}: Release is closed, so no run undoes it`];
    case "stopped":
      return [`${event.service}: the deployment of ${event.revision} is stopped`];
    case "pointed":
      return [`${event.service}: goes to ${event.to}`];
    case "deployment":
      return [serviceLine(event.service)];
    case "verified":
      return verdictLines(event.verdicts);
  }
}

/** The state after a rollback that was not followed to its end, and how to continue. */
export function standingLines(
  { stack }: StackNames,
  plan: RollbackPlan,
  events: readonly RollbackEvent[],
): readonly string[] {
  const has = (kind: RollbackEvent["kind"]) => events.some((event) => event.kind === kind);
  const pointed = (service: string) =>
    events.some((event) => event.kind === "pointed" && event.service === service) || has("deployment");
  if (!has("held")) return [`${stack}: nothing was changed`];
  return [
    `${stack}: the hold is set, Release is ${has("closed") ? "closed" : "not closed yet"}`,
    ...plan.services
      .filter(({ from, to }) => from !== to)
      .map(
        ({ service, to }) => `${service}: ${pointed(service) ? `was pointed to ${to}` : `is not pointed to ${to} yet`}`,
      ),
    `\`${verbCommand} rollback --stack ${stack}\` continues it, \`${verbCommand} resume --stack ${stack}\` ends it`,
  ];
}
