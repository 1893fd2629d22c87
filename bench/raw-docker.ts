import { setTimeout as sleep } from "node:timers/promises";
import { docker, labelArguments } from "../local-cloud/index.ts";

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

/** Seconds of each docker command that a release by hand needs, until the new containers are healthy. */
export async function rawRelease(args: RawReleaseArgs): Promise<Readonly<Record<string, number>>> {
  const { repositories, labels, network } = args;
  const variables = Object.keys(args.environment).flatMap((name) => ["--env", name]);
  const seconds: Record<string, number> = {};
  const timed = async (what: string, command: readonly string[]): Promise<string> => {
    const begin = performance.now();
    const output = await docker(command, { env: args.environment });
    seconds[what] = (performance.now() - begin) / 1000;
    return output;
  };
  const compose = ["compose", "--project-directory", args.checkout, "--file", args.composeFile];
  await timed("build", [...compose, "build", "--quiet"]);
  for (const [image, uri] of Object.entries(repositories)) {
    await docker(["tag", `shop/${image}`, `${uri}:bench`]);
    await timed(`push ${image}`, ["push", "--quiet", `${uri}:bench`]);
  }
  const common = ["run", ...labelArguments(labels), "--read-only", ...variables];
  const migration = [
    "--rm",
    "--network",
    network,
    "--volume",
    "/app/tmp",
    "shop/web",
    "bin/rails",
    "db:create",
    "db:migrate",
  ];
  await timed("migrate", [...common, ...migration]);
  const probe = (port: number) => [
    ...["--health-cmd", `curl --fail --silent --output /dev/null http://127.0.0.1:${port}/health`],
    ...["--health-interval", "5s", "--health-timeout", "4s", "--health-retries", "3"],
  ];
  const web = await timed("run web", [
    ...common,
    "--detach",
    "--network",
    network,
    ...probe(3000),
    "--volume",
    "/app/tmp",
    "shop/web",
  ]);
  seconds["web healthy"] = await healthy(web);
  const joined = [
    "--detach",
    "--network",
    `container:${web}`,
    ...probe(8080),
    "--volume",
    "/var/lib/proxy",
    "shop/proxy",
  ];
  const proxy = await timed("run proxy", [...common, ...joined]);
  seconds["proxy healthy"] = await healthy(proxy);
  // A release stops the old containers; stopping these takes the same time.
  await timed("stop", ["stop", proxy, web]);
  await docker(["rm", "--volumes", proxy, web]);
  return seconds;
}

/** Seconds until Docker reports a container as healthy. */
async function healthy(container: string): Promise<number> {
  const begin = performance.now();
  while ((await docker(["inspect", "--format", "{{.State.Health.Status}}", container])) !== "healthy") await sleep(100);
  return (performance.now() - begin) / 1000;
}
