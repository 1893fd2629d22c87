import { verbCommand } from "../../components/plain.ts";
import { shortened } from "../kit/columns.ts";
import { labelOf, type RunAction } from "../look/pipeline-view.ts";
import type { RolloutView } from "../look/rollout.ts";
import { words } from "../look/screen.ts";
import type { DeploymentView, ServiceView } from "../look/service-view.ts";
import type { Look } from "../verb/surroundings.ts";

/** The state of a run that is followed. */
export interface ReleaseView {
  readonly stack: string;
  readonly pipeline: string;
  readonly view: RolloutView;
  readonly now: Date;
}

/** A line of the drawing, and its colour. @default - the terminal's own */
interface Row {
  readonly text: string;
  readonly colour?: keyof typeof colours;
}

/** SGR codes (ECMA-48). */
const colours = { red: 31, green: 32, yellow: 33, cyan: 36, grey: 90 } as const;

/** The drawing of a run for a terminal: its steps, what ECS does, and what it waits for; no line is wider than the terminal. */
export function releaseLines(state: ReleaseView, { columns, colour }: Look): readonly string[] {
  const { pipeline, view } = state;
  const { run, actions, waits, services } = view;
  const begun = actions.find(({ startedAt }) => startedAt !== undefined)?.startedAt;
  const rows: readonly Row[] = [
    { text: `${pipeline}: run ${run.id}, ${statusOf(run.status)}${begun ? `, ${elapsed(+state.now - +begun)}` : ""}` },
    { text: labelOf(run) },
    { text: "" },
    ...stepRows(state),
    ...services.flatMap((service) => [{ text: "" }, ...serviceRows(service)]),
    ...(waits === undefined ? [] : [{ text: "" }, { text: waits, colour: "yellow" as const }]),
  ];
  return rows.map(({ text, colour: name }) => {
    const line = shortened(text, columns);
    return colour && name !== undefined ? `\u001b[${colours[name]}m${line}\u001b[0m` : line;
  });
}

const statusOf = (status: string): string => (status === "InProgress" ? "in progress" : status);

/**
 * A row for each step, also for those that have not started; for a step that was retried, the state of the last
 * attempt.
 */
function stepRows({ stack, view, now }: ReleaseView): readonly Row[] {
  const width = Math.max(...view.plan.map(({ name }) => name.length));
  return view.plan.map(({ stage, name }) => {
    const action = view.actions.findLast((one) => one.stage === stage && one.name === name);
    const waiting = view.progress.approval;
    const asks = waiting?.executionId === view.run.id && waiting.action === name;
    const { text, colour } = asks
      ? { text: `waits for a person: ${verbCommand} approve --stack ${stack}`, colour: "yellow" as const }
      : standing(action, now);
    return { text: `  ${name.padEnd(width)}  ${text}`.trimEnd(), colour };
  });
}

function standing(action: RunAction | undefined, now: Date): Required<Row> {
  if (action === undefined) return { text: "", colour: "grey" };
  const { status, error, startedAt } = action;
  if (status === "InProgress") {
    return { text: `runs${startedAt === undefined ? "" : ` for ${elapsed(+now - +startedAt)}`}`, colour: "cyan" };
  }
  const text = `${words[status] ?? status}${error === "" ? "" : `: ${error}`}`;
  return { text, colour: status === "Succeeded" ? "green" : "red" };
}

/** A service, with a row for the new revision and one for each old one. */
function serviceRows({ name, deployments }: ServiceView): readonly Row[] {
  const width = Math.max(...deployments.map(({ revision }) => revision.length));
  return [
    { text: `  ${name}` },
    ...deployments.map((deployment) => ({
      text: `    ${deployment.primary ? "new" : "old"}  ${deployment.revision.padEnd(width)}  ${tasksOf(deployment)}`,
      ...(deployment.state === "FAILED" && { colour: "red" as const }),
    })),
  ];
}

function tasksOf({ running, desired, pending, failedTasks, state, reason }: DeploymentView): string {
  const parts = [`${running} of ${desired} run`];
  if (pending > 0) parts.push(`${pending} starting`);
  if (failedTasks > 0) parts.push(`${failedTasks} failed`);
  return `${parts.join(", ")}${state === "FAILED" ? `: ${reason === "" ? "failed" : reason}` : ""}`;
}

/** A duration in words: seconds, or minutes and seconds. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
