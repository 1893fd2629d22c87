import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildFormat } from "../../build/kit/format.ts";
import { runVerb } from "../../build/verbs.ts";
import { StepError } from "../../build/kit/step-error.ts";
import type { Surroundings } from "../../build/kit/surroundings.ts";
import { playAws, type Answers, type Call } from "./played-aws.ts";
import { startSite, type Page } from "./site.ts";

/** Cases of one step of a release, which a file of test/steps has: nothing in them says in which language a step is written. */
export interface StepCases {
  readonly step: "images" | "migrate" | "verify";
  /** What every case begins with; a case adds to it, and `null` removes a file or a variable. */
  readonly common: StepWorld;
  readonly cases: readonly StepCase[];
}

/** What a step is given. */
export interface StepWorld {
  /** Variables; `{folder}` in a value is the step's folder. */
  readonly environment?: Readonly<Record<string, string | null>>;
  /** Text of each file in the step's folder. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly answers?: Answers;
  /** What the site `http://shop.example` answers; nothing listens there if the case has no page. */
  readonly page?: Page;
}

export interface StepCase extends StepWorld {
  /** What the step does then, as one sentence. */
  readonly title: string;
  readonly code: number;
  /** The last line that the step prints; `{format}` in it is the format of the variables. */
  readonly last: string;
  /** The calls that change something, in order: each operation with its input. */
  readonly calls: readonly Call[];
  /** All lines that the step prints. @default - not looked at */
  readonly said?: readonly string[];
  /** Files that the step has written or changed, as JSON. @default - not looked at */
  readonly written?: Readonly<Record<string, unknown>>;
  /** The number of calls of AWS of each operation. @default - not looked at */
  readonly counts?: Readonly<Record<string, number>>;
}

/** What is compared of a step: what it ends with, what it has done and written. */
export type StepResult = Pick<StepCase, "code" | "last" | "calls" | "said" | "written" | "counts">;

/** What a case wants; lines, files and numbers of calls only where it says so. */
export function wanted({ code, last, calls, said, written, counts }: StepCase): StepResult {
  return {
    code,
    last: last.replaceAll("{format}", String(buildFormat)),
    calls,
    ...(said && { said }),
    ...(written && { written }),
    ...(counts && { counts }),
  };
}

/** What steps need: variables of their projects, and IAM actions. */
export interface Needs {
  readonly variables: Set<string>;
  readonly actions: Set<string>;
}

/**
 * Plays a case on the step, in a separate folder and with an AWS that answers as the case says. Adds what the step
 * reads and calls to `needs`.
 */
export async function playCase({ step, common }: StepCases, one: StepCase, needs?: Needs): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), `${step}-`));
  const site = one.page && (await startSite(one.page));
  const aws = playAws({ ...common.answers, ...one.answers });
  try {
    const given = fill(folder, { ...common.files, ...one.files });
    const environment = environmentOf({ ...common.environment, ...one.environment }, folder, site?.url);
    const watched = new Proxy(environment, {
      get: (variables, name) => {
        needs?.variables.add(String(name));
        return variables[String(name)];
      },
    });
    const { code, said } = await run(step, watched, folder, aws.clients);
    for (const action of aws.actions) needs?.actions.add(action);
    const lines = said.map((line) => line.replaceAll(site?.url ?? siteName, siteName));
    return {
      code,
      last: lines.at(-1) ?? "",
      calls: aws.calls.filter(([operation]) => changing.test(operation)),
      ...(one.said && { said: lines }),
      ...(one.written && { written: writtenIn(folder, given) }),
      ...(one.counts && { counts: Object.fromEntries(aws.counts()) }),
    };
  } finally {
    rmSync(folder, { recursive: true });
    await site?.close();
  }
}

/** The site that smoke tests ask. */
const siteName = "http://shop.example";

/** Operations that change something. */
const changing = /^(?!(Describe|List|Get|BatchGet))/;

async function run(
  step: StepCases["step"],
  environment: Surroundings["environment"],
  folder: string,
  clients: Surroundings["clients"],
): Promise<{ readonly code: number; readonly said: readonly string[] }> {
  const said: string[] = [];
  let clock = 0;
  const pause = (milliseconds: number): Promise<void> => {
    clock += milliseconds;
    return Promise.resolve();
  };
  try {
    const around = { environment, clients, folder, pause, now: () => clock };
    await runVerb([step], { ...around, say: (line) => void said.push(line) });
    return { code: 0, said };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { code: 1, said: [...said, ...error.message.split("\n")] };
  }
}

function environmentOf(
  variables: Readonly<Record<string, string | null>>,
  folder: string,
  site = siteName,
): Surroundings["environment"] {
  const usual = { BUILD_FORMAT: String(buildFormat), POLL_SECONDS: "10", TIMEOUT_MINUTES: "1" };
  const entries = Object.entries<string | null>({ ...usual, ...variables });
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value?.replaceAll("{folder}", folder).replaceAll(siteName, site)]),
  );
}

/** Writes the files of a case; returns their texts. */
function fill(folder: string, files: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  const given = Object.fromEntries(
    Object.entries(files).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
  );
  for (const [name, text] of Object.entries(given)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return given;
}

function writtenIn(folder: string, given: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const found = readdirSync(folder)
    .toSorted()
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name, readFileSync(join(folder, name), "utf8")] as const)
    .filter(([name, text]) => given[name] !== text);
  return Object.fromEntries(found.map(([name, text]) => [name, JSON.parse(text) as unknown]));
}
