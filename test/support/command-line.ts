import { run } from "../../scripts/cli.ts";
import type { DeclaredParameters } from "../../scripts/declared-parameters.ts";
import type { Git } from "../../scripts/git.ts";
import type { Machine } from "../../scripts/machine.ts";
import { Refusal } from "../../scripts/refusal.ts";
import type { StackNames } from "../../scripts/stack-names.ts";
import type { Clients, Surroundings } from "../../scripts/surroundings.ts";

/** What a stack of the tests is called. */
export const names: StackNames = {
  stack: "staging",
  region: "eu-central-1",
  pipeline: "shop-staging",
  cluster: "shop-staging",
  services: ["shop-staging"],
  templates: { "shop-staging": "5ca1ab1e" },
  repositories: { web: "registry/shop/staging/web" },
  releaseFamilies: ["shop-staging-migrate"],
  logGroup: "/ecs/shop-staging",
  parameterPath: "/shop/staging",
  rollbackHold: "/shop/staging/.release/rollback-hold",
  url: "http://shop.example",
};

/** Answers of AWS by the command's name, as in `GetPipelineState`; an error is thrown. */
export type Answers = Readonly<Record<string, ((input: never) => unknown) | undefined>>;

export interface CommandWorld {
  readonly answers?: Answers;
  /** What a person answers. @default - nobody is there */
  readonly reply?: string;
  readonly git?: Partial<Git>;
  /** Is told of each pause between two looks. */
  readonly onPause?: () => void;
  /** @default - nobody interrupts */
  readonly interruption?: AbortSignal;
  /** The machine as far as a verb needs it; what it runs is noted among what was done. */
  readonly machine?: Partial<Machine>;
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
    locate: (stack) =>
      stack === "staging"
        ? Promise.resolve(names)
        : Promise.reject(new Refusal(`stack ${stack}: no stack named '${stack}' found`)),
    clients: (region) => {
      done.push(region);
      return stubClients(world.answers ?? {}, done);
    },
    git: {
      resolve: () => Promise.resolve(undefined),
      between: () => Promise.resolve(undefined),
      ...world.git,
    },
    now: world.now ?? (() => new Date("2026-11-24T12:00:00Z")),
    pause: () => Promise.resolve(world.onPause?.()),
    interruption: () => world.interruption ?? new AbortController().signal,
    machine: { ...nowhere, runHere: (...run) => Promise.resolve(done.push(run) * 0), ...world.machine },
    ...(world.declared && { declared: () => Promise.resolve(world.declared as DeclaredParameters) }),
  };
  const code = await run(args === "" ? [] : args.split(" "), around);
  return { code, out, err, done };
}

const absent = () => Promise.reject(new Error("this machine has none"));

/** A machine without a terminal, on which nothing is installed. */
const nowhere: Omit<Machine, "runHere"> = {
  person: "mia",
  interactive: false,
  has: () => false,
  readFile: absent,
  readSecret: absent,
  editSecret: absent,
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
      if (answer === undefined) throw new Error(`nobody answers ${name}`);
      return await answer(input);
    },
  };
  return { codepipeline: client, ecs: client, ecr: client, ssm: client, logs: client } as unknown as Clients;
}
