import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { journey } from "./journey/journey.ts";
import { runsFolder, startSurroundings, type Surroundings } from "./journey/surroundings.ts";
import { timeline } from "./journey/timeline.ts";
import { removeLeftovers } from "../local-cloud/index.ts";

const usage = `bin/rehearse [staging | production] [--keep]
  takes a commit of the example application from a push to running containers, on this machine
  --keep  leaves it running and prints its URL; Ctrl-C ends it`;

const say = (line: string) => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const { environment, keep } = options();
  const told = timeline(say);
  for (const id of await removeLeftovers(runsFolder)) say(`removed the remains of an earlier rehearsal (${id})`);
  let around: Surroundings | undefined;
  let walked: Promise<void> | undefined;
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        reject(new Error(`ended by ${signal}`));
      });
    }
  });
  try {
    const started = told.step("the local cloud", () => startSurroundings({ environment, log: told.note }));
    // An interruption waits until the start has finished, so that everything can be stopped.
    around = await Promise.race([
      started,
      interrupted.catch(async (error: unknown) => {
        around = await started.catch(() => undefined);
        throw error;
      }),
    ]);
    walked = wholeJourney(around, told);
    await Promise.race([walked, interrupted]);
    if (keep) {
      say(`${environment} serves at ${around.url()}; Ctrl-C stops and removes everything`);
      await interrupted.catch(() => undefined);
    }
  } finally {
    await told.step("everything stopped and removed", async () => {
      await around?.close();
      // An interrupted step, such as a commit, may still write into the folder; without the cloud it soon ends.
      await Promise.race([walked?.catch(() => undefined), sleep(5000, undefined, { ref: false })]);
      if (around !== undefined) rmSync(around.directory, { recursive: true, force: true });
    });
  }
}

async function wholeJourney(around: Surroundings, told: ReturnType<typeof timeline>): Promise<void> {
  const steps = journey(around, told);
  await steps.firstUp();
  await steps.releaseFirst();
  await steps.settle();
  await steps.releaseUnderTraffic();
  await steps.loseContainer();
  await steps.refuseBrokenMigration();
  await steps.refuseSickContainer();
  await steps.upAgain();
  await steps.releaseOlder();
  await steps.rollBack();
  await steps.refuseComposeChange();
  await steps.releaseComposeChange();
}

function options(): { readonly environment: string; readonly keep: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { keep: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  const [environment = "staging", ...more] = positionals;
  if (values.help) {
    say(usage);
    process.exit(0);
  }
  if (more.length > 0) throw new TypeError(`"${more.join(" ")}": argument not known`);
  return { environment, keep: values.keep };
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`\nthe rehearsal failed: ${message}\n`);
  if (error instanceof TypeError) process.stderr.write(`${usage}\n`);
  process.exitCode = 1;
}
