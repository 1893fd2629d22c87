import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beginRun, hasImage, postgresImage, removeLeftovers, type Run } from "../../local-cloud/index.ts";
import { problemOf, UsageError, type LocalPackage, type RehearseOptions } from "../../scripts/for-rehearsal.ts";
import { baseImage } from "../images.ts";
import { barLines } from "../kit/bar.ts";
import type { Place } from "../kit/place.ts";
import { Interrupted, runSession } from "../kit/session.ts";
import { timeline } from "../kit/timeline.ts";
import { findEmulator, makeEmulator } from "../local/emulator.ts";
import { runsFolder } from "../local/place.ts";
import { copyOf } from "./copy.ts";
import { downloadLines } from "./downloads.ts";
import { explainFailure } from "./explain-failure.ts";
import { walkOf } from "./journey.ts";
import { startLocalRehearsal, type LocalRehearsal } from "./local.ts";
import { readRequest, type Request } from "./request.ts";
import { walkThrough } from "./steps.ts";
import { findSubject, uncommittedLines, type Subject } from "./subject.ts";
import { findTools, missingTools, withoutBake, type Tools } from "./tools.ts";
import { missingValueLines } from "./values.ts";

/** Rehearses an environment on this machine; returns the exit code. */
export const rehearse: LocalPackage["rehearse"] = async (options) => {
  const { say, warn } = options;
  const run = beginRun(runsFolder);
  try {
    const prepared = await prepare(options, run);
    if (prepared === undefined) return 1;
    for (const id of await removeLeftovers(runsFolder)) say(`removed the remains of an earlier rehearsal (${id})`);
    return await walked(options, prepared);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    warn(`rehearse: ${problemOf(error)}`);
    return 1;
  } finally {
    rmSync(run.directory, { recursive: true, force: true });
  }
};

type Prepared = Omit<LocalRehearsal, "log">;

/** Copies the commit, and says first what is missing, what differs and what is downloaded; undefined if it cannot begin. */
async function prepare(options: RehearseOptions, run: Run): Promise<Prepared | undefined> {
  const { stack, folder, say, warn } = options;
  const subject = await findSubject(stack, folder);
  const copy = await copyOf(subject, join(run.directory, "repository"));
  const request = readRequest(stack, copy, options);
  const emulator = findEmulator();
  const tools = await findTools({ emulator: emulator.present, installed: isInstalled(copy.program) });
  const missing = [
    ...missingTools(tools),
    ...request.otherPlatforms,
    ...missingValueLines(request.values.missing, options.envFile),
  ];
  for (const line of [...aboutLines(stack, subject, request), ...(await downloads(tools, emulator, request))])
    say(line);
  if (missing.length === 0) return { stack, run, copy, request, emulator, withoutBake: withoutBake(tools) };
  warn("rehearse: this is missing:");
  for (const line of missing) warn(`  ${line}`);
  return undefined;
}

/** Whether the program finds the Pulumi SDK. */
function isInstalled(program: string): boolean {
  try {
    createRequire(join(program, "index.ts")).resolve("@pulumi/pulumi");
    return true;
  } catch {
    return false;
  }
}

function aboutLines(stack: string, subject: Subject, request: Request): readonly string[] {
  const { repository, programRepository, program } = subject;
  const own = programRepository === undefined ? "" : `, with the program of ${programRepository.head.slice(0, 7)}`;
  const differences = [...request.notes, ...request.values.notes];
  return [
    `${stack} of ${request.app}: commit ${repository.head.slice(0, 7)} of ${repository.root}${own}`,
    `  in a copy, on this machine, without AWS; ${program} and its stacks are not touched`,
    ...uncommittedLines(repository),
    ...(programRepository === undefined ? [] : uncommittedLines(programRepository)),
    ...(differences.length === 0
      ? []
      : ["differs from the real environment:", ...differences.map((line) => `  ${line}`)]),
  ];
}

async function downloads(tools: Tools, { folder, present }: ReturnType<typeof findEmulator>, request: Request) {
  if (tools.docker?.code !== 0) return [];
  const images = { baseImage: await hasImage(baseImage), database: await hasImage(postgresImage) };
  return downloadLines({ emulator: present, ...images }, folder, request.values.database !== undefined);
}

async function walked({ say, warn, quick, keep }: RehearseOptions, prepared: Prepared): Promise<number> {
  const told = timeline(say);
  try {
    await runSession({
      told,
      start: async () => {
        if (!prepared.emulator.present)
          await told.step("the emulator of AWS, once on this machine", () => makeEmulator(prepared.emulator));
        return await told.step("the local cloud", () => startLocalRehearsal({ ...prepared, log: told.note }));
      },
      walk: async (here) => {
        const walk = walkOf(here, told);
        await walkThrough(walk, { quick, keep });
        if (quick || keep) say(await servesLine(here, prepared.stack));
      },
      failed: (here) => explainFailure(here, warn),
      keep: keep
        ? () => {
            say("Ctrl-C stops and removes everything");
          }
        : undefined,
    });
    return 0;
  } catch (error) {
    warn(`\nthe rehearsal failed: ${problemOf(error)}`);
    return error instanceof Interrupted ? 130 : 1;
  } finally {
    for (const line of barLines(told.steps)) say(line);
  }
}

/** Where the application answers; for one without a port, how to see what it does. */
async function servesLine(place: Place, stack: string): Promise<string> {
  const address = place.address();
  if (address !== undefined) return `${stack} serves at ${new URL((await place.healthPath()) ?? "/", address).href}`;
  return `${stack} publishes no port; its services run: ${(await place.services()).map(({ service }) => service).join(", ")}`;
}
