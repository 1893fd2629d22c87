import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type ECSClient,
  type Task,
} from "@aws-sdk/client-ecs";
import { streamOf } from "../../build/verdict/task-end.ts";
import { lastPart } from "../../build/verdict/arn.ts";
import { problemOf } from "../kit/aws-problem.ts";
import { chosenContainer, chosenService } from "../look/containers.ts";
import { followLog } from "../kit/log-entry.ts";
import { thisDesk } from "../verb/desk.ts";
import { oneOff, type OneOff } from "../look/one-off.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { aborted, type Clients, type Surroundings } from "../verb/surroundings.ts";
import { common, durationOf, verb } from "../verb/verb.ts";

/** Runs a command in a separate task; its exit code is the verb's. */
export const runVerb = verb({
  help: "run a command in a separate task, from the revision that runs now",
  options: {
    stack: common.stack,
    service: { type: "string", value: "NAME", help: "the ECS service whose revision is used" },
    container: { type: "string", value: "NAME", help: "the container that runs it" },
    timeout: { type: "string", value: "DURATION", help: "stop it after 30s, 10m, 2h … (default: never)" },
    "dry-run": common["dry-run"],
  },
  positionals: { usage: "-- COMMAND [ARGUMENT]...", most: 0, command: true },
  run: async (values, around, { command = [] }) => {
    if (values.stack === undefined) throw new UsageError("run: give --stack");
    if (command.length === 0) throw new UsageError("run: give a command after --");
    const seconds = values.timeout === undefined ? undefined : durationOf("timeout", values.timeout);
    const signal = around.interruption();
    const names = await around.locate(values.stack);
    const clients = around.clients(names.region);
    const { person } = around.desk ?? thisDesk;
    const decided = await prepareRun(names, clients, { ...values, command, person });
    const tell = values["dry-run"] === true ? around.say : around.warn;
    tell(lineOfRun(decided, command, values["dry-run"] === true));
    if (values["dry-run"] === true) return 0;
    if (signal.aborted) return 130;
    const { task, left } = await startRun(clients.ecs, decided);
    around.warn(`run: task ${task} starts`);
    if (left !== undefined)
      around.warn(`run: revision ${left.revision} is left over and unused: ${problemOf(left.error)}`);
    const deadline = seconds === undefined ? undefined : around.now().getTime() + seconds * 1000;
    return await tellTask(names, clients, { decided, task, deadline, timeout: values.timeout, signal }, around);
  },
});

/** What is wanted of a one-off task. */
export interface RunRequest {
  readonly command: readonly string[];
  /** @default - the stack's own, or the only one */
  readonly service?: string | undefined;
  /** @default - the only one */
  readonly container?: string | undefined;
  readonly person: string;
}

/** Reads what a service runs, and decides on the task. */
export async function prepareRun(names: StackNames, { ecs }: Clients, request: RunRequest): Promise<OneOff> {
  const { cluster } = names;
  const serviceName = chosenService("run", names, request.service);
  const { services: [service] = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [serviceName] }),
  );
  if (service?.status !== "ACTIVE") {
    throw new Refusal(`${serviceName}: there is no such ECS service in ${cluster}; run \`pulumi up\``);
  }
  const { taskDefinition: definition = {} } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition }),
  );
  const container = chosenContainer("run", definition.containerDefinitions ?? [], request.container);
  return oneOff({ cluster, service, definition, container, command: request.command, person: request.person });
}

function lineOfRun({ service, revision, container, others, task }: OneOff, command: readonly string[], dry: boolean) {
  const beside = others.length === 0 ? "" : `, after ${others.join(", ")}`;
  return `${service}: ${dry ? "would run" : "runs"} ${JSON.stringify(command)} in ${container} of ${revision}${beside}, as ${task.startedBy ?? ""}`;
}

/** A task that was started, and the revision created for it if that could not be deregistered. */
export interface Started {
  readonly task: string;
  readonly left: { readonly revision: string; readonly error: unknown } | undefined;
}

/** Starts the task that was decided on, and deregisters a revision that was created only for it. */
export async function startRun(ecs: ECSClient, { revision, definition, task }: OneOff): Promise<Started> {
  if (definition === undefined) return { task: await startTask(ecs, task, revision), left: undefined };
  const { taskDefinition: made } = await ecs.send(new RegisterTaskDefinitionCommand(definition));
  const taskDefinition = made?.taskDefinitionArn ?? "";
  // A started task continues (ECS developer guide, "Deregistering a task definition revision").
  const remove = () =>
    ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition })).then(
      () => undefined,
      (error: unknown) => ({ revision: lastPart(taskDefinition), error }),
    );
  try {
    return { task: await startTask(ecs, task, taskDefinition), left: await remove() };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function startTask(ecs: ECSClient, task: OneOff["task"], taskDefinition: string): Promise<string> {
  const { tasks: [started] = [], failures = [] } = await ecs.send(new RunTaskCommand({ ...task, taskDefinition }));
  if (started?.taskArn !== undefined) return lastPart(started.taskArn);
  const [{ reason = "no reason given" } = {}] = failures;
  throw new Refusal(`run: ECS started no task: ${reason}; try again later`);
}

interface Running {
  readonly decided: OneOff;
  readonly task: string;
  /** When it is stopped, in milliseconds since the epoch; undefined without a time-out. */
  readonly deadline: number | undefined;
  readonly timeout: string | undefined;
  readonly signal: AbortSignal;
}

/** Prints the task's log until it has ended. If the verb stopped the task, the exit code is not the command's. */
async function tellTask(
  names: StackNames,
  { ecs, logs }: Clients,
  { decided, task, deadline, timeout, signal }: Running,
  around: Surroundings,
): Promise<number> {
  const { cluster } = names;
  const stop = (reason: string) => ecs.send(new StopTaskCommand({ cluster, task, reason }));
  const seen: { ended?: Task; late?: boolean } = {};
  const look = async (): Promise<void> => {
    const { tasks: [now] = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
    if (now?.lastStatus === "STOPPED") seen.ended = now;
    if (seen.ended !== undefined || seen.late === true || deadline === undefined || around.now().getTime() < deadline)
      return;
    seen.late = true;
    await stop(`longer than ${timeout ?? ""}`);
  };
  const pause = async (): Promise<void> => {
    await Promise.race([around.pause(), aborted(signal)]);
    if (!signal.aborted) await look();
  };
  // The revision of a one-off task logs like the service's; this machine's clock may differ from AWS's.
  const prefix = streamOf(decided.service, decided.container, task);
  const query = { group: names.logGroup, prefix, from: new Date(around.now().getTime() - 300_000) };
  const watch = { pause, abandoned: () => signal.aborted, over: () => seen.ended !== undefined };
  try {
    for await (const { message } of followLog(logs, query, watch)) around.say(message);
    if (signal.aborted) await stop(`Ctrl-C by ${decided.task.startedBy ?? ""}`);
  } catch (error) {
    const how = `\`aws ecs stop-task --cluster ${cluster} --task ${task}\` stops it`;
    around.warn(`run: task ${task} may go on without you; ${how}`);
    throw error;
  }
  if (!signal.aborted) return exitOf(seen.ended, decided.container, seen.late === true ? timeout : undefined, around);
  around.warn(`run: task ${task} is being stopped`);
  return 130;
}

function exitOf(
  task: Task | undefined,
  name: string,
  timeout: string | undefined,
  { warn }: Pick<Surroundings, "warn">,
): number {
  const container = task?.containers?.find((one) => one.name === name);
  const why = [container?.reason, task?.stoppedReason].filter((part) => part !== undefined).join("; ");
  if (timeout !== undefined) {
    warn(`run: it was stopped after ${timeout}`);
    return 3;
  }
  if (container?.exitCode === undefined) throw new Refusal(`${name}: the command was not run: ${why}`);
  if (container.exitCode !== 0) warn(`run: exit code ${container.exitCode}${why === "" ? "" : ` (${why})`}`);
  return container.exitCode;
}
