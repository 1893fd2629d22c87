import { setTimeout as sleep } from "node:timers/promises";
import { docker, labelArguments } from "../local-cloud/index.ts";
import { exampleVariables } from "../rehearsal/images.ts";

export interface RawReleaseArgs {
  /** A checkout with a change that no image has yet. */
  readonly checkout: string;
  readonly composeFile: string;
  /** Repository URIs of both images, in a registry Docker is logged in to. */
  readonly repositories: { readonly web: string; readonly proxy: string };
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Environment of the application: its database and its key. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Seconds of each docker command, by the part of a release that does the same work. */
export interface RawRelease {
  readonly Build: Readonly<Record<string, number>>;
  readonly Migrate: Readonly<Record<string, number>>;
  /** New containers until they are healthy, and the end of the old ones. */
  readonly Verify: Readonly<Record<string, number>>;
}

/** Runs the docker commands that a release by hand needs, until the new containers are healthy. */
export async function rawRelease(args: RawReleaseArgs): Promise<RawRelease> {
  return { Build: await buildAndPush(args), Migrate: await migrate(args), Verify: await rollOver(args) };
}

async function buildAndPush(args: RawReleaseArgs): Promise<RawRelease["Build"]> {
  const { seconds, timed } = stopwatch(args);
  const compose = ["compose", "--project-directory", args.checkout, "--file", args.composeFile];
  await timed("build", [...compose, "build", "--quiet"]);
  for (const [image, uri] of Object.entries(args.repositories)) {
    await docker(["tag", `shop/${image}`, `${uri}:bench`]);
    await timed(`push ${image}`, ["push", "--quiet", `${uri}:bench`]);
  }
  return seconds;
}

async function migrate(args: RawReleaseArgs): Promise<RawRelease["Migrate"]> {
  const { seconds, timed } = stopwatch(args);
  const place = ["--rm", "--network", args.network, "--volume", "/rails/tmp"];
  await timed("migrate", [...run(args), ...place, "shop/web", "bin/rails", "db:create", "db:migrate"]);
  return seconds;
}

async function rollOver(args: RawReleaseArgs): Promise<RawRelease["Verify"]> {
  const { seconds, timed } = stopwatch(args);
  const start = async (image: string, network: string, port: number, volume: string): Promise<string> => {
    const place = ["--detach", "--network", network, ...probe(port), "--volume", volume];
    const container = await timed(`run ${image}`, [...run(args), ...place, `shop/${image}`]);
    seconds[`${image} healthy`] = await healthy(container);
    return container;
  };
  const web = await start("web", args.network, 3000, "/rails/tmp");
  const proxy = await start("proxy", `container:${web}`, 8080, "/var/lib/proxy");
  // A release stops the old containers; stopping these takes the same time.
  await timed("stop", ["stop", proxy, web]);
  await docker(["rm", "--volumes", proxy, web]);
  return seconds;
}

/** Runs docker commands and notes the seconds of each. */
function stopwatch({ environment }: RawReleaseArgs) {
  const seconds: Record<string, number> = {};
  const timed = async (what: string, command: readonly string[]): Promise<string> => {
    const begin = performance.now();
    const output = await docker(command, { env: { ...exampleVariables(), ...environment } });
    seconds[what] = (performance.now() - begin) / 1000;
    return output;
  };
  return { seconds, timed };
}

const run = ({ labels, environment }: RawReleaseArgs): readonly string[] => [
  ...["run", ...labelArguments(labels), "--read-only"],
  ...Object.keys(environment).flatMap((name) => ["--env", name]),
];

const probe = (port: number): readonly string[] => [
  ...["--health-cmd", `curl --fail --silent --output /dev/null http://127.0.0.1:${port}/up`],
  ...["--health-interval", "5s", "--health-timeout", "4s", "--health-retries", "3"],
];

/** Seconds until Docker reports a container as healthy. */
async function healthy(container: string): Promise<number> {
  const begin = performance.now();
  while ((await docker(["inspect", "--format", "{{.State.Health.Status}}", container])) !== "healthy") await sleep(100);
  return (performance.now() - begin) / 1000;
}
