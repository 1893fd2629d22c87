import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CodePipelineClient, ListPipelineExecutionsCommand } from "@aws-sdk/client-codepipeline";
import {
  attachProvider,
  beginRun,
  docker,
  endRun,
  labelArguments,
  rootCredentials,
  serverVariables,
  startLocalCloud,
  startPostgres,
  type LocalCloud,
  type Run,
} from "../../local-cloud/index.ts";
import { stateSavedAtTheEnd } from "../../rehearsal/local/engine.ts";
import { makeClassic, type Classic, type Console } from "./moving-classic.ts";
import type { Weighted } from "./moving-traffic.ts";

/** The team's machine, its application's repository, and an account that has only what the team made by hand. */
export interface Team extends Console {
  readonly checkout: string;
  readonly classic: Classic;
  /** Runs a block of the page in bash, which keeps folder and variables from block to block; rejects if it fails. */
  readonly run: (script: string) => Promise<string>;
  /** Ids of the runs of pipelines that follow a branch whose new commit changes these files. */
  readonly pushed: () => readonly string[];
  /** The status of a pipeline's newest run when it has ended. */
  readonly ended: (pipeline: string) => Promise<string>;
  /** What Route 53 answers for shop.example.com. */
  readonly resolve: () => Promise<readonly Weighted[]>;
  readonly addressOf: (dnsName: string) => { readonly name: string; readonly url: string };
  /** Every line that was printed, for a failure. */
  readonly lines: readonly string[];
  readonly close: () => Promise<void>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const repository = "acme/shop";

/** Starts the local cloud, and there the classic set-up, whose pipeline makes its first run. */
export async function startTeam(): Promise<Team> {
  const run = beginRun(join(tmpdir(), "compose-ecs-pipeline"));
  const closers: (() => Promise<unknown>)[] = [() => endRun(run)];
  const close = async () => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    return await start(run, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(run: Run, closers: (() => Promise<unknown>)[], close: Team["close"]): Promise<Team> {
  const lines: string[] = [];
  const project = `shop-${run.id}`;
  const built = [`${project}-web`];
  closers.push(() => forgetBuild(built));
  const machine = shims(run.directory);
  const cloud = await startLocalCloud({
    directory: run.directory,
    runId: run.id,
    labels: run.labels,
    log: (line) => {
      appendFileSync(join(run.directory, "cloud.log"), `${line}\n`);
    },
    surroundings: { ...process.env, PATH: `${machine}${delimiter}${process.env["PATH"] ?? ""}` },
    onBuildLine: (build, line) => lines.push(`${build}: ${line}`),
  });
  closers.push(() => cloud.close());
  const { region, endpointUrl: endpoint, registryHost } = cloud.world;
  built.unshift(`${registryHost}/shop-web`);
  const client = { region, endpoint, credentials: rootCredentials };
  const variables = variablesOf(cloud, run, machine);
  const provider = await attachProvider(variables);
  closers.push(() => provider.close());
  const place = await makeRepository(run.directory, variables);
  const databaseUrl = await startDatabase(cloud, run, project);
  const secret = () => randomBytes(16).toString("hex");
  const classic = await makeClassic(
    { cloud, client },
    {
      parameters: { "/shop/DATABASE_URL": databaseUrl, "/shop/SECRET_KEY_BASE": secret() },
      variables: { SMTP_PASSWORD: secret(), COMPOSE_PROJECT_NAME: project },
      repository,
      remote: place.remote,
    },
  );
  const shell = bash(place.checkout, { ...variables, ...provider.environment }, (line) => lines.push(line));
  const zone = await makeZone(shell);
  return {
    cloud,
    client,
    classic,
    checkout: place.checkout,
    lines,
    run: shell,
    pushed: () => cloud.pipelines.pushed(repository, "main", place.changed()),
    ended: (pipeline) => untilEnded(new CodePipelineClient(client), pipeline),
    resolve: () => recordOf(cloud, zone),
    addressOf: (dnsName) => {
      const found = cloud.ecs.loadBalancers().find((one) => one.dnsName === dnsName);
      return { name: found?.name ?? dnsName, url: found?.url ?? "http://127.0.0.1:9" };
    },
    close,
  };
}

/** A folder of commands that a machine of the team or of CodeBuild has, and this one need not have. */
function shims(directory: string): string {
  const folder = join(directory, "bin");
  mkdirSync(folder);
  const command = (name: string, ...script: readonly string[]) => {
    writeFileSync(join(folder, name), ["#!/bin/bash", "set -euo pipefail", ...script, ""].join("\n"), { mode: 0o755 });
  };
  // CodeBuild's images still have this name.
  command("docker-compose", 'exec docker compose "$@"');
  // The package from this checkout; test/adoption installs the packed one.
  command(
    "npx",
    "options=()",
    'if [ "$1" = --package ]; then options=(--package "$2"); shift 2; fi',
    'if [ "$1" != compose-ecs-pipeline ]; then echo "npx: $1 is not compose-ecs-pipeline" >&2; exit 1; fi',
    'if [ "$2" != init ]; then options=(); fi',
    `exec node --require ${root}scripts/require-node.cjs ${root}scripts/bin.ts "\${@:2}" "\${options[@]}"`,
  );
  command(
    "npm",
    'if [ "$*" != install ]; then echo "npm: only install" >&2; exit 1; fi',
    "mkdir -p node_modules/compose-ecs-pipeline",
    `ln -s ${root}node_modules/@pulumi node_modules/@pulumi`,
    `echo '{"name": "compose-ecs-pipeline", "type": "module", "exports": "./index.js"}' >node_modules/compose-ecs-pipeline/package.json`,
    `echo 'export * from "${root}deliver.ts";' >node_modules/compose-ecs-pipeline/index.js`,
  );
  return folder;
}

/** The environment of the team's shell: the local cloud instead of AWS, and a separate state. */
function variablesOf(cloud: LocalCloud, run: Run, machine: string): Readonly<Record<string, string | undefined>> {
  const [state, home] = [join(run.directory, "state"), join(run.directory, "home")];
  for (const folder of [state, home]) mkdirSync(folder);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|PULUMI|GIT)_|^INIT_CWD$/.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: `${machine}${delimiter}${process.env["PATH"] ?? ""}`,
    HOME: home,
    AWS_ENDPOINT_URL: cloud.endpointUrl,
    AWS_REGION: cloud.world.region,
    AWS_DEFAULT_REGION: cloud.world.region,
    AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
    [serverVariables.network]: cloud.world.network,
    [serverVariables.labels]: JSON.stringify(run.labels),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: join(home, "pulumi"),
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...stateSavedAtTheEnd,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Team",
    GIT_AUTHOR_EMAIL: "team@example.com",
    GIT_COMMITTER_NAME: "Team",
    GIT_COMMITTER_EMAIL: "team@example.com",
  };
}

async function makeRepository(directory: string, env: Readonly<Record<string, string | undefined>>) {
  const [checkout, remote] = [join(directory, "shop"), join(directory, "shop.git")];
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: checkout, env, encoding: "utf8" }).trim();
  cpSync(fileURLToPath(new URL("moving-app", import.meta.url)), checkout, { recursive: true });
  git("init", "--quiet", "--bare", "--initial-branch=main", remote);
  git("init", "--quiet", "--initial-branch=main");
  // `init` reads the provider and the name from this address; pushes go to the local one.
  git("remote", "add", "origin", `git@github.com:${repository}.git`);
  git("remote", "set-url", "--push", "origin", remote);
  git("add", "--all");
  git("commit", "--quiet", "--message", "The shop");
  git("push", "--quiet", "origin", "main");
  // The package as a file, which no build needs.
  writeFileSync(join(checkout, "compose-ecs-pipeline-0.3.0.tgz"), "");
  appendFileSync(join(checkout, ".git/info/exclude"), "*.tgz\n");
  return Promise.resolve({
    checkout,
    remote,
    changed: () => git("show", "--name-only", "--format=", "HEAD").split("\n"),
  });
}

/** A PostgreSQL that tasks reach, and also what Compose runs in a build of that project. */
async function startDatabase(cloud: LocalCloud, run: Run, project: string): Promise<string> {
  const { network } = cloud.world;
  const builds = `${project}_default`;
  const marks = { "com.docker.compose.network": "default", "com.docker.compose.project": project };
  const password = randomBytes(16).toString("hex");
  const { container, url } = await startPostgres({ network, labels: run.labels, alias: "database", password });
  await docker(["network", "create", ...labelArguments({ ...run.labels, ...marks }), builds]);
  await docker(["network", "connect", "--alias", "database", builds, container]);
  return url("shop_production");
}

/** Removes what the old build has left: on AWS it goes with CodeBuild's host. */
async function forgetBuild(references: readonly string[]): Promise<void> {
  await docker(["rm", "--force", "--volumes", "shop_web"]);
  for (const reference of references) {
    const format = ["--format", "{{.Repository}}:{{.Tag}}", "--filter", `reference=${reference}`];
    const names = await docker(["images", ...format]);
    for (const name of names.split("\n").filter((one) => one !== "")) await docker(["rmi", name]);
  }
}

/** Runs one script after another with bash; each finds the folder, the variables and the functions of the one before. */
function bash(directory: string, env: Readonly<Record<string, string | undefined>>, log: (line: string) => void) {
  const state = join(env["HOME"] ?? directory, "state.sh");
  writeFileSync(state, `cd '${directory}'\n`);
  return async (script: string): Promise<string> => {
    for (const line of script.trimEnd().split("\n")) log(`$ ${line}`);
    const before = `set -aeuo pipefail; . '${state}'; trap '{ export -p; declare -f; printf "cd %q\\n" "$PWD"; } >'"'${state}'" EXIT`;
    const child = spawn("bash", ["-c", `${before}\n${script}`], {
      cwd: directory,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed.push(text);
        log(text.trimEnd());
      });
    const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    if (code !== 0) throw new Error(`ended with ${code ?? "a signal"}:\n${script}\n${printed.join("")}`);
    return printed.join("");
  };
}

/** The domain, whose one record leads to the balancer that the team made. */
async function makeZone(run: Team["run"]): Promise<string> {
  const alias = `'{"Changes": [{"Action": "CREATE", "ResourceRecordSet": {"Name": "shop.example.com", "Type": "A", "AliasTarget":
    {"DNSName": "'"$name"'", "HostedZoneId": "'"$zone"'", "EvaluateTargetHealth": false}}}]}'`;
  const printed = await run(`
    id=$(aws route53 create-hosted-zone --name example.com --caller-reference 1 --query HostedZone.Id --output text)
    read -r name zone < <(aws elbv2 describe-load-balancers --names shop --query 'LoadBalancers[0].[DNSName,CanonicalHostedZoneId]' --output text)
    aws route53 change-resource-record-sets --hosted-zone-id "$id" --change-batch ${alias} >/dev/null
    echo "$id"
    unset id name zone`);
  return printed.trim().replace("/hostedzone/", "");
}

async function recordOf(cloud: LocalCloud, zone: string): Promise<readonly Weighted[]> {
  const scope = `${rootCredentials.accessKeyId}/20260101/us-east-1/route53/aws4_request`;
  const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
  const answer = await fetch(`${cloud.endpointUrl}/2013-04-01/hostedzone/${zone}/rrset`, { headers });
  const sets = (await answer.text()).split("<ResourceRecordSet>").slice(1);
  const value = (text: string, tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1];
  return sets
    .filter((text) => value(text, "Name") === "shop.example.com.")
    .map((text) => ({
      dnsName: (value(text, "DNSName") ?? "").replace(/\.$/, ""),
      weight: Number(value(text, "Weight") ?? 1),
    }));
}

async function untilEnded(pipelines: CodePipelineClient, pipelineName: string): Promise<string> {
  for (let left = 600; left > 0; left -= 1) {
    const { pipelineExecutionSummaries: [newest] = [] } = await pipelines.send(
      new ListPipelineExecutionsCommand({ pipelineName }),
    );
    const status = newest?.status ?? "InProgress";
    if (status !== "InProgress" && status !== "Stopping") return `${status} ${newest?.statusSummary ?? ""}`.trim();
    await sleep(200);
  }
  throw new Error(`${pipelineName}: its newest run has not ended after two minutes`);
}

/** The page, as people read it. */
export const page = (): string => readFileSync(join(root, "docs/moving.md"), "utf8");
