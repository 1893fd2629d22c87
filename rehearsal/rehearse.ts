import { parseArgs } from "node:util";
import { removeLeftovers } from "../local-cloud/index.ts";
import { projectDirectory, terminal } from "../scripts/for-rehearsal.ts";

import { journey } from "./example/journey.ts";
import { startSurroundings, type Surroundings } from "./example/surroundings.ts";
import { runSession } from "./kit/session.ts";
import { rehearse } from "./index.ts";
import { timeline, type Timeline } from "./kit/timeline.ts";
import { runsFolder } from "./local/place.ts";

const usage = `bin/rehearse [staging | production] [--keep]
  takes a commit of the example application from a push to running containers, on this machine
  --keep  leaves it running and prints its URL; Ctrl-C ends it

bin/rehearse --stack NAME [--quick] [--keep] [--env-file FILE] [--made-up NAME]...
bin/rehearse --stack NAME --on-aws [--account ID] [--quick] [--keep] [--env-file FILE] [--made-up NAME]...
bin/rehearse --on-aws --destroy NAME
  does what \`npx compose-ecs-pipeline rehearse\` does, for the program in the current folder: see docs/rehearse.md`;

const say = (line: string) => {
  process.stdout.write(`${line}\n`);
};
const warn = (line: string) => {
  process.stderr.write(`${line}\n`);
};

async function main(): Promise<void> {
  const { environment, keep, any } = options();
  if (any !== undefined) {
    process.exitCode = await rehearse({ ...any, folder: projectDirectory(), ask: terminal().ask, say, warn });
    return;
  }
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

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      stack: { type: "string" },
      quick: { type: "boolean", default: false },
      "on-aws": { type: "boolean", default: false },
      account: { type: "string" },
      destroy: { type: "string" },
      "env-file": { type: "string" },
      "made-up": { type: "string", multiple: true, default: [] as string[] },
    },
  });
  const [environment = "staging", ...more] = positionals;
  if (values.help) {
    say(usage);
    process.exit(0);
  }
  if (more.length > 0) throw new TypeError(`"${more.join(" ")}": argument not known`);
  const { stack = "", quick, keep, account, destroy, "env-file": envFile, "made-up": madeUp, "on-aws": onAws } = values;
  if (onAws ? stack === "" && destroy === undefined : account !== undefined || destroy !== undefined)
    throw new TypeError("--on-aws needs --stack or --destroy, and --account and --destroy are for --on-aws");
  const given = { stack, quick, keep, envFile, madeUp, onAws, account, destroy };
  const any = stack === "" && !onAws ? undefined : given;
  return { environment, keep, any };
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`\nthe rehearsal failed: ${message}\n`);
  if (error instanceof TypeError) process.stderr.write(`${usage}\n`);
  process.exitCode = 1;
}
