import { run } from "../../scripts/cli.ts";
import { project } from "../../scripts/pulumi/project.ts";
import { awsClients } from "../../scripts/verb/surroundings.ts";
import { terminal } from "../../scripts/verb/terminal.ts";
import { thisProcess } from "../../scripts/pulumi/this-process.ts";
import { names } from "./command-line.ts";

// A command line as `npm run release` runs it, on the terminal it has; but that Pulumi is not asked, and pauses are short.
const { close, ...around } = terminal(100);
process.exitCode = await run(process.argv.slice(2), {
  ...around,
  locate: () => Promise.resolve(names),
  clients: awsClients,
  project: project(),
  git: () => ({
    resolve: () => Promise.resolve(undefined),
    author: () => Promise.resolve(undefined),
    between: () => Promise.resolve(undefined),
  }),
  now: () => new Date(),
  self: thisProcess(),
});
close();
