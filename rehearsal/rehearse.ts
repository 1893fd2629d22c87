import { parseArgs } from "node:util";
import { removeLeftovers } from "../local-cloud/index.ts";
import { journey } from "./example/journey.ts";
import { startSurroundings, type Surroundings } from "./example/surroundings.ts";
import { runSession } from "./kit/session.ts";
import { timeline, type Timeline } from "./kit/timeline.ts";
import { runsFolder } from "./local/place.ts";

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
  await runSession({
    told,
    start: () => told.step("the local cloud", () => startSurroundings({ environment, log: told.note })),
    walk: (around) => wholeJourney(around, told),
    keep: keep
      ? (around) => {
          say(`${environment} serves at ${around.url()}; Ctrl-C stops and removes everything`);
        }
      : undefined,
  });
}

async function wholeJourney(around: Surroundings, told: Timeline): Promise<void> {
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
