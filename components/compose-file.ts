import { existsSync, readFileSync } from "node:fs";
import { ComposeError, readCompose, toTask, type FargateSize, type Task, type Variables } from "../compose/index.ts";
import { Refusal } from "./refusal.ts";

export interface ComposeFileArgs {
  readonly environment: string;
  readonly composeFile: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Name of the parameter behind each variable that is one. */
  readonly parameterNames: Readonly<Record<string, string>>;
  /** Fargate size of the task. @default - the smallest that holds the containers' limits */
  readonly size?: FargateSize | undefined;
  /** Whether a build runs the services of the profile `test`. @default - false */
  readonly runTests?: boolean;
}

/** The task that an environment's Compose file describes. */
export function readTask(args: ComposeFileArgs): Task {
  const { composeFile, environment } = args;
  if (!existsSync(composeFile)) {
    throw new Refusal(`${composeFile}: there is no such file; the stack ${environment} needs it`);
  }
  try {
    const task = toTask(readCompose(composeFile, readFileSync(composeFile, "utf8"), variables(args)));
    return sized(composeFile, checked(args, task), args.size);
  } catch (error) {
    throw error instanceof ComposeError ? new Refusal(error.message) : error;
  }
}

/** What each variable is at `up`: `IMAGE_TAG` is a build's alone. */
export function variables(args: Pick<ComposeFileArgs, "environment" | "variables" | "parameterNames">): Variables {
  const plain = { ...args.variables, ECS_ENV_NAME: args.environment };
  return {
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, { kind: "plain", value }] as const)),
    ...Object.fromEntries(Object.keys(args.parameterNames).map((name) => [name, { kind: "parameter" }] as const)),
    IMAGE_TAG: { kind: "build" },
  };
}

function checked({ composeFile, runTests = false }: ComposeFileArgs, task: Task): Task {
  if (task.images.length === 0) {
    throw new Refusal(`${composeFile}: no service has "build"; a pipeline needs at least one image to build`);
  }
  if (runTests && task.tests.services.length === 0) {
    throw new Refusal(
      `${composeFile}: runTests is true, but no service has the profile "test"; add one or set runTests to false`,
    );
  }
  return task;
}

/** The task in the size asked for, if its containers' limits fit into it. */
function sized(composeFile: string, task: Task, size: FargateSize | undefined): Task {
  if (size === undefined) return task;
  const cpu = sum(task.containers.map((container) => container.cpu));
  const memoryMiB = sum(task.containers.map((container) => container.memoryMiB ?? container.memoryReservationMiB));
  if (cpu <= size.cpu && memoryMiB <= size.memoryMiB) return { ...task, size };
  throw new Refusal(
    `${composeFile}: the containers' limits need ${cpu} CPU units and ${memoryMiB} MiB; taskCpu ${size.cpu} and taskMemoryMiB ${size.memoryMiB} are too small`,
  );
}

const sum = (values: readonly (number | undefined)[]): number =>
  values.reduce((all: number, one) => all + (one ?? 0), 0);
