import { verbCommand } from "../../components/plain.ts";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type ECSClient,
  type Service,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { lastPart } from "../../build/verdict/arn.ts";
import { chosenContainer, chosenService } from "../look/containers.ts";
import { thisDesk, type Desk } from "../verb/desk.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";
import { common, verb } from "../verb/verb.ts";

/** Opens a shell, or runs a command, in a running container. */
export const execVerb = verb({
  help: "open a shell, or run a command, in a running container",
  options: {
    stack: common.stack,
    service: { type: "string", value: "NAME", help: "the ECS service of the task" },
    container: { type: "string", value: "NAME", help: "the container" },
    "dry-run": common["dry-run"],
  },
  positionals: { usage: "[-- COMMAND [ARGUMENT]...]", most: 0, command: true },
  run: async (values, around, { command = [] }) => {
    if (values.stack === undefined) throw new UsageError("exec: give --stack");
    const names = await around.locate(values.stack);
    const desk = around.desk ?? thisDesk;
    const { service, container } = values;
    const args = await execArguments(names, around.clients(names.region), { service, container, command, desk });
    if (values["dry-run"] === true) {
      around.say(`would run: aws ${args.map(quoted).join(" ")}`);
      return 0;
    }
    return await desk.runHere("aws", args);
  },
});

export interface ExecArgs {
  /** @default - the stack's own, or the only one */
  readonly service: string | undefined;
  /** @default - the only one */
  readonly container: string | undefined;
  /** Words of the command; a shell if there are none. */
  readonly command: readonly string[];
  readonly desk: Pick<Desk, "has" | "interactive">;
}

/**
 * Arguments of the `aws` command that opens a session; refuses, with the remedy, if ECS Exec or this machine cannot
 * open one.
 */
export async function execArguments(
  names: StackNames,
  { ecs }: Pick<Clients, "ecs">,
  { service, container: wanted, command, desk }: ExecArgs,
): Promise<readonly string[]> {
  const { region, cluster } = names;
  const serviceName = chosenService("exec", names, service);
  const facts = await readFacts(ecs, cluster, serviceName);
  const { task, container } = prepareSession({ ...facts, serviceName, wanted }, desk);
  return [
    ...["ecs", "execute-command", "--region", region, "--cluster", cluster, "--task", task],
    ...["--container", container, "--interactive", "--command", commandText(command)],
  ];
}

/** What was read of a service before a session. */
export interface ExecFacts {
  readonly service: Service | undefined;
  readonly definition: TaskDefinition;
  /** Its running tasks. */
  readonly tasks: readonly Task[];
}

async function readFacts(ecs: ECSClient, cluster: string, serviceName: string): Promise<ExecFacts> {
  const [{ services: [service] = [] }, { taskArns = [] }] = await Promise.all([
    ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] })),
    ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus: "RUNNING" })),
  ]);
  const { tasks = [] } =
    taskArns.length === 0 ? {} : await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").toSorted(newestFirst);
  const taskDefinition = running[0]?.taskDefinitionArn ?? service?.taskDefinition;
  if (taskDefinition === undefined) return { service, definition: {}, tasks: running };
  const { taskDefinition: definition = {} } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return { service, definition, tasks: running };
}

const newestFirst = (a: Task, b: Task): number => (b.startedAt?.getTime() ?? 0) - (a.startedAt?.getTime() ?? 0);

/** The task and the container of a session. */
function prepareSession(
  {
    service,
    serviceName,
    definition,
    tasks,
    wanted,
  }: ExecFacts & {
    readonly serviceName: string;
    readonly wanted: string | undefined;
  },
  { has, interactive }: Pick<Desk, "has" | "interactive">,
): { readonly task: string; readonly container: string } {
  if (service?.status !== "ACTIVE")
    throw new Refusal(`${serviceName}: there is no such ECS service; run \`pulumi up\``);
  if (service.enableExecuteCommand !== true) {
    throw new Refusal(
      `${serviceName}: ECS Exec is off; run \`pulumi config set executeCommand true\` and \`pulumi up\`, then release again`,
    );
  }
  const containers = definition.containerDefinitions ?? [];
  const container = chosenContainer("exec", containers, wanted);
  if (containers.find(({ name }) => name === container)?.readonlyRootFilesystem === true) {
    throw new Refusal(
      `${container}: its root file system is read-only, and ECS Exec's agent cannot write there (aws/containers-roadmap#1359); remove read_only from the Compose service, or use \`run -- COMMAND\``,
    );
  }
  const [newest] = tasks;
  if (newest === undefined) {
    throw new Refusal(`${serviceName}: no task runs; \`${verbCommand} status\` says why, or use \`run -- COMMAND\``);
  }
  const able = tasks.find((task) => task.enableExecuteCommand === true);
  if (able === undefined) {
    throw new Refusal(
      `${serviceName}: its tasks were started before ECS Exec was on; release again, or run \`aws ecs update-service --force-new-deployment\``,
    );
  }
  checkMachine(has, interactive);
  return { task: lastPart(able.taskArn), container };
}

function checkMachine(has: Desk["has"], interactive: boolean): void {
  if (!has("aws")) throw new Refusal("exec: there is no aws on the PATH; install the AWS CLI");
  if (!has("session-manager-plugin")) {
    throw new Refusal(
      "exec: there is no session-manager-plugin on the PATH; install the AWS CLI's Session Manager plugin",
    );
  }
  if (!interactive) throw new Refusal("exec: this is not a terminal, and ECS Exec needs one; use `run -- COMMAND`");
}

/** The command as one text, as ECS requires it. */
const commandText = (command: readonly string[]): string =>
  command.length === 0 ? "/bin/sh" : command.map(quoted).join(" ");

/** A word, quoted for a shell if necessary. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
