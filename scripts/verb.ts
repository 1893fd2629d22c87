import type { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Git } from "./git.ts";
import { Refusal } from "./refusal.ts";
import type { StackPipeline } from "./stack-pipeline.ts";

/** What a verb needs of the world around it. */
export interface Surroundings {
  /** A line for people; the result. */
  readonly say: (line: string) => void;
  /** A line about what went wrong. */
  readonly warn: (line: string) => void;
  /** Asks a person; undefined where none is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly locate: (stack: string) => Promise<StackPipeline>;
  readonly client: (region: string | undefined) => CodePipelineClient;
  readonly ecs: (region: string | undefined) => ECSClient;
  /** The repository the command was started in. */
  readonly git: Git;
  /** Waits between two looks at AWS. */
  readonly pause: () => Promise<void>;
}

/** Every option; a verb knows those it names. */
export interface Options {
  readonly stack?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly region?: string | undefined;
  readonly summary?: string | undefined;
  readonly commit?: string | undefined;
  readonly follow?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** A word of the command line. */
export interface Verb {
  /** One line of the usage. */
  readonly does: string;
  /** The options it takes beside `--stack`, `--pipeline`, `--region` and `--yes`. */
  readonly options: readonly (keyof Options)[];
  readonly run: (options: Options, around: Surroundings) => Promise<void>;
}

/** The pipeline that the options name, with clients of its region. */
export async function pipelineOf({ stack, pipeline = "", region }: Options, around: Surroundings) {
  const found = stack === undefined ? { pipeline } : await around.locate(stack);
  const place = region ?? found.region;
  return { pipeline: found.pipeline, place, client: around.client(place) };
}

/** Asks whether to go on, unless `--yes` has answered; anything but yes is a refusal. */
export async function confirm(
  name: string,
  question: string,
  { yes }: Options,
  { ask }: Pick<Surroundings, "ask">,
): Promise<void> {
  if (yes === true) return;
  if (ask === undefined) throw new Refusal(`${name}: nobody is there to ask; give --yes`);
  const reply = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(reply.trim())) throw new Refusal(`${name}: nothing was done`);
}
