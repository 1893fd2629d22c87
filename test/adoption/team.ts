import { spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, ListConnectionsCommand } from "@aws-sdk/client-codestar-connections";
import { attachProvider, beginRun, endRun, startLocalCloud } from "../../local-cloud/index.ts";
import { ensureImages } from "../../rehearsal/images.ts";
import { trustedUrl } from "../../rehearsal/local/trusted-url.ts";
import { findEmulator } from "../../rehearsal/local/emulator.ts";
import { engineVariables } from "../../rehearsal/local/engine.ts";
import { awaitRun, type PipelineRun } from "../../rehearsal/kit/pipeline-run.ts";
import { packed } from "./packed.ts";
import { noRegistry, sourceRepository } from "../../rehearsal/example/surroundings.ts";
import { runsFolder } from "../../rehearsal/local/place.ts";

/** The result of a command: its exit code and everything that it printed. */
export interface Outcome {
  readonly code: number;
  readonly text: string;
}

/** A team on a machine of its own: its application's repository, the package as a file, and the local cloud as its AWS. */
export interface Team {
  /** The checkout of the application. */
  readonly checkout: string;
  /** The package, as `npm pack` makes it. */
  readonly tarball: string;
  /** Runs a command in a folder of the checkout. */
  readonly run: (folder: string, command: string, ...args: readonly string[]) => Promise<Outcome>;
  /**
   * Commits everything and pushes it; returns the run of the pipeline when it has ended, or undefined if the push started
   * none.
   */
  readonly push: (message: string) => Promise<PipelineRun | undefined>;
  /** Completes the connection to the Git provider, as a person does in the console. */
  readonly finishHandshake: () => Promise<void>;
  /** Address of the load balancer. */
  readonly url: () => string;
  readonly close: () => Promise<void>;
}

const application = fileURLToPath(new URL("application", import.meta.url));

/** Starts the local cloud, packs the package, and puts the application into a repository that has nothing of ours. */
export async function startTeam(log: (line: string) => void): Promise<Team> {
  const run = beginRun(runsFolder);
  const closers: (() => Promise<void>)[] = [() => endRun(run)];
  const close = async () => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    await ensureImages({ log });
    const cloud = await startLocalCloud({
      directory: run.directory,
      runId: run.id,
      labels: run.labels,
      log: (line) => {
        appendFileSync(join(run.directory, "cloud.log"), `${line}\n`);
      },
      surroundings: { ...process.env, npm_config_registry: noRegistry },
      onBuildLine: (build, line) => {
        log(`${build}: ${line}`);
      },
    });
    closers.push(() => cloud.close());
    const variables = engineVariables(cloud, run);
    const provider = await attachProvider(variables);
    closers.push(() => provider.close());
    const [checkout, remote] = [join(run.directory, "board"), join(run.directory, "board.git")];
    const outside = { ...variables, ...provider.environment, ...identity, ...emulatorOf(run.directory) };
    const perform = (folder: string, command: string, ...args: readonly string[]) =>
      outcomeOf(command, args, join(checkout, folder), outside, log);
    mkdirSync(checkout);
    cpSync(application, checkout, { recursive: true });
    await done(
      outcomeOf("git", ["init", "--quiet", "--bare", "--initial-branch=main", remote], run.directory, outside),
    );
    await done(perform(".", "git", "init", "--quiet", "--initial-branch=main"));
    // Commands read the provider and the name from this address; pushes go to the local one.
    await done(perform(".", "git", "remote", "add", "origin", `git@github.com:${sourceRepository}.git`));
    await done(perform(".", "git", "remote", "set-url", "--push", "origin", remote));
    cloud.connections.mapRepository(sourceRepository, remote);
    const { region, endpointUrl: endpoint } = cloud.world;
    const client = { region, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
    return {
      checkout,
      tarball: packed(),
      run: perform,
      push: async (message) => {
        await done(perform(".", "git", "add", "--all"));
        await done(perform(".", "git", "commit", "--quiet", "--message", message));
        await done(perform(".", "git", "push", "--quiet", "origin", "HEAD:refs/heads/main"));
        const files = await done(perform(".", "git", "show", "--name-only", "--format=", "HEAD"));
        const [executionId] = cloud.pipelines.pushed(sourceRepository, "main", files.trim().split("\n"));
        if (executionId === undefined) return undefined;
        return await awaitRun(new CodePipelineClient(client), "board-staging", executionId, 240);
      },
      finishHandshake: async () => {
        const { Connections = [] } = await new CodeStarConnectionsClient(client).send(new ListConnectionsCommand({}));
        for (const { ConnectionArn = "" } of Connections) cloud.connections.finishHandshake(ConnectionArn);
      },
      url: () => trustedUrl(cloud),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The emulator of this checkout in the place where a rehearsal finds it; without this, it is downloaded. */
function emulatorOf(directory: string): NodeJS.ProcessEnv {
  const cache = join(directory, "cache");
  const { bin, folder } = findEmulator(cache);
  mkdirSync(bin, { recursive: true });
  for (const command of ["ministack", "aws"])
    symlinkSync(fileURLToPath(new URL(`../../.tools/bin/${command}`, import.meta.url)), join(bin, command));
  writeFileSync(join(folder, "whole"), "");
  return { XDG_CACHE_HOME: cache };
}

const identity = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Team",
  GIT_AUTHOR_EMAIL: "team@example.com",
  GIT_COMMITTER_NAME: "Team",
  GIT_COMMITTER_EMAIL: "team@example.com",
};

/** What a command printed; rejects if it failed. */
async function done(running: Promise<Outcome>): Promise<string> {
  const { code, text } = await running;
  if (code !== 0) throw new Error(`ended with ${code}: ${text}`);
  return text;
}

function outcomeOf(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void = () => undefined,
): Promise<Outcome> {
  log(`$ ${command} ${args.join(" ")}`);
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed.push(text);
      log(text.trimEnd());
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, text: printed.join("") });
    });
  });
}
