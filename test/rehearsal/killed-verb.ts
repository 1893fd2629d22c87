import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../scripts/cli.ts";
import type { StackNames } from "../../scripts/pulumi/stack-names.ts";
import { awsClients } from "../../scripts/verb/surroundings.ts";
import { project } from "../../scripts/pulumi/project.ts";
import { thisProcess } from "../../scripts/pulumi/this-process.ts";

/** Input of a process that runs a command line and is killed: the command line, the stack's names, and the line at which it ends. */
export interface KilledVerb {
  readonly args: readonly string[];
  readonly names: StackNames;
  /** Text of the line after which the process gets SIGKILL. */
  readonly at: string;
}

const { args, names, at } = JSON.parse(process.argv[2] ?? "") as KilledVerb;
process.exitCode = await run(args, {
  say: (line) => {
    process.stdout.write(`${line}\n`);
    if (line.includes(at)) process.kill(process.pid, "SIGKILL");
  },
  warn: (line) => void process.stderr.write(`${line}\n`),
  ask: undefined,
  redraw: undefined,
  locate: () => Promise.resolve(names),
  clients: awsClients,
  git: () => ({
    resolve: () => Promise.resolve(undefined),
    between: () => Promise.resolve(undefined),
    author: () => Promise.resolve(undefined),
  }),
  now: () => new Date(),
  project: project(),
  self: thisProcess(),
  pause: () => sleep(100),
  interruption: () => new AbortController().signal,
});
