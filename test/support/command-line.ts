import { version } from "../../components/plain.ts";
import { run } from "../../scripts/cli.ts";
import type { DeclaredParameters } from "../../scripts/pulumi/declared-parameters.ts";
import type { Desk } from "../../scripts/verb/desk.ts";
import type { Machine } from "../../scripts/verb/machine.ts";
import type { Git } from "../../scripts/kit/git.ts";
import { Refusal } from "../../scripts/kit/refusal.ts";
import type { Project } from "../../scripts/pulumi/project.ts";
import type { StackNames } from "../../scripts/pulumi/stack-names.ts";
import type { Clients, Surroundings } from "../../scripts/verb/surroundings.ts";
import type { ThisProcess } from "../../scripts/pulumi/this-process.ts";

/** Name of the stack of the tests. */
export const names: StackNames = {
  version,
  stack: "staging",
  region: "eu-central-1",
  pipeline: "shop-staging",
  cluster: "shop-staging",
  services: ["shop-staging"],
  templates: { "shop-staging": "5ca1ab1e" },
  madeRevisions: {
    "shop-staging": "arn:aws:ecs:eu-central-1:111111111111:task-definition/shop-staging:7",
    "shop-staging-migrate": "arn:aws:ecs:eu-central-1:111111111111:task-definition/shop-staging-migrate:3",
  },
  repositories: { web: "registry/shop/staging/web" },
  releaseFamilies: ["shop-staging-migrate"],
  logGroup: "/ecs/shop-staging",
  parameterPath: "/shop/staging",
  rollbackHold: "/shop/staging/.release/rollback-hold",
  deploymentAlarms: ["shop-staging-errors"],
  verbLock: "/shop/staging/.release/lock",
  url: "http://shop.example",
};

/** The process of the tests' verbs. */
export const self: ThisProcess = {
  who: "ann",
  host: "desk",
  pid: 7,
  numbering: "host",
  runs: (pid) => pid === 7,
};

/** Answers of AWS by the command's name, as in `GetPipelineState`; an error is thrown. */
export type Answers = Readonly<Record<string, ((input: never) => unknown) | undefined>>;

export interface CommandWorld {
  readonly answers?: Answers;
  /** @default - those of one ECS service */
  readonly names?: StackNames;
  /** What a person answers. @default - there is no person to ask */
  readonly reply?: string;
  readonly git?: Partial<Git>;
  /** @default - a project of which nothing may be run */
  readonly project?: Partial<Project>;
  /** @default - the stack staging is known, and no other */
  readonly locate?: Surroundings["locate"];
  /** Is called at each pause between two looks. */
  readonly onPause?: () => void;
  /** @default - Ann's process 7, and no other runs */
  readonly self?: ThisProcess;
  /** @default - never interrupted */
  readonly interruption?: AbortSignal;
  /** What doctor asks of the machine. @default - this machine */
  readonly machine?: Machine;
  /** Where a person types and reads, as far as a verb needs it; what is run there is noted among what was done. */
  readonly desk?: Partial<Desk>;
  /** @default - a stack that declares no parameters */
  readonly declared?: DeclaredParameters;
  /** @default - noon */
  readonly now?: () => Date;
}

/** What happened while a command line was run. */
export interface Seen {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Regions that clients were made for, questions, and calls that change something, in their order. */
  readonly done: readonly unknown[];
}

const changing = /^(Put|Start|Stop|Update|Enable|Disable|Delete|Register|Deregister|RunTask)/;

/** An error of AWS by its name. */
export const awsError = (name: string, message = `${name}!`): Error => Object.assign(new Error(message), { name });

/** What AWS answers about a parameter that is not there. */
export const noParameter = (): never => {
  throw awsError("ParameterNotFound");
};

/** Runs a command line in a world where AWS answers as it is told. */
export async function commandLine(args: string, world: CommandWorld = {}): Promise<Seen> {
  const [out, err, done] = [[] as string[], [] as string[], [] as unknown[]];
  const { reply } = world;
  const around: Surroundings = {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask:
      reply === undefined
        ? undefined
        : (question) => {
            done.push(question);
            return Promise.resolve(reply);
          },
    redraw: undefined,
    locate:
      world.locate ??
      ((stack) =>
        stack === "staging"
          ? Promise.resolve(world.names ?? names)
          : Promise.reject(new Refusal(`stack ${stack}: no stack named '${stack}' found`))),
    clients: (region) => {
      done.push(region);
      return stubClients(world.answers ?? {}, done);
    },
    project: {
      ...idleProject,
      ...(world.declared && { declared: () => Promise.resolve(world.declared as DeclaredParameters) }),
      ...world.project,
    },
    git: () => ({
      resolve: () => Promise.resolve(undefined),
      author: () => Promise.resolve(undefined),
      between: () => Promise.resolve(undefined),
      ...world.git,
    }),
    now: world.now ?? (() => new Date("2026-11-24T12:00:00Z")),
    self: world.self ?? self,
    pause: () => Promise.resolve(world.onPause?.()),
    interruption: () => world.interruption ?? new AbortController().signal,
    machine: world.machine,
    desk: { ...bare, runHere: (...run) => Promise.resolve(done.push(run) * 0), ...world.desk },
  };
  const code = await run(args === "" ? [] : args.split(" "), around);
  return { code, out, err, done };
}

const absent = () => Promise.reject(new Error("this machine has none"));

/** A desk without a terminal, at which nothing is installed. */
const bare: Omit<Desk, "runHere"> = {
  person: "mia",
  interactive: false,
  has: () => false,
  readFile: absent,
  readSecret: absent,
  editSecret: absent,
};

/** A project without type errors, protection or leftovers, of which nothing may be run. */
const idleProject: Project = {
  typeErrors: () => Promise.resolve([]),
  isProtected: () => Promise.resolve(false),
  declared: (stack) =>
    Promise.resolve({ stack, region: undefined, path: "", rolledOut: true, keyArns: [], variables: {} }),
  interrupted: () => Promise.resolve(undefined),
  settle: () => Promise.resolve(),
  lastCommit: () => Promise.resolve(undefined),
  run: ({ operation }) => Promise.reject(new Error(`this test has no engine for ${operation}`)),
};

interface Command {
  readonly input: never;
  readonly constructor: { readonly name: string };
}

/** Clients that answer from a table, and note the calls that change something. */
export function stubClients(answers: Answers, done: unknown[] = []): Clients {
  const client = {
    send: async ({ input, constructor }: Command): Promise<unknown> => {
      const name = constructor.name.replace(/Command$/, "");
      if (changing.test(name)) done.push(input);
      const answer = answers[name];
      if (answer === undefined) throw new Error(`this test has no answer to ${name}`);
      return await answer(input);
    },
  };
  return Object.fromEntries(
    ["codepipeline", "ecs", "ecr", "ssm", "logs", "cloudwatch", "balancers", "iam", "kms"].map((name) => [
      name,
      client,
    ]),
  ) as unknown as Clients;
}
