import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { BuildspecError } from "./buildspec-fields.ts";
import { readBuildspec } from "./buildspec.ts";
import { dockerVariables } from "./docker-access.ts";
import { documentedVariables, mergeVariables, passedOn } from "./environment.ts";
import { buildFolder, logStream, say, sourceFolder, type Access, type Job } from "./job.ts";
import { parameterValues } from "./parameters.ts";
import { PhaseFailure } from "./phases.ts";
import { downloadSource } from "./transfer.ts";
import type { Buildspec } from "./buildspec-types.ts";

/** What the commands of a build need. */
export interface Prepared {
  readonly buildspec: Buildspec;
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the variables that come from Parameter Store. */
  readonly parameters: readonly string[];
}

/** Fetches sources, buildspec and parameters, with the role's credentials. */
export async function prepare(job: Job, access: Access): Promise<Prepared> {
  if (job.source !== undefined) await downloadSource(access.clients.s3, job.source, sourceFolder(job));
  for (const [identifier, location] of Object.entries(job.secondary)) {
    await mkdir(secondaryFolder(job, identifier));
    await downloadSource(access.clients.s3, location, secondaryFolder(job, identifier));
  }
  const buildspec = await loadBuildspec(job);
  for (const [name, version] of Object.entries(buildspec.runtimeVersions)) {
    say(job, `Runtime ${name} ${version} was asked for; the local cloud uses this machine's`);
  }
  const variables = mergeVariables(buildspec, job.project.variables, job.overrides);
  const named = variables.filter(({ type }) => type === "PARAMETER_STORE");
  const names = [...new Set(named.map(({ value }) => value))].toSorted();
  const values = await parameterValues(job.world, access.credentials, names);
  const { accessKeyId, secretAccessKey, sessionToken } = access.credentials;
  // the user guide: access keys are hidden as well as parameters
  job.log.hide([...values.values(), accessKeyId, secretAccessKey, sessionToken]);
  return {
    buildspec,
    environment: {
      ...(await surroundingVariables(job)),
      ...factsOf(job),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      // on AWS nothing sets it
      AWS_ENDPOINT_URL: job.world.endpointUrl,
      ...Object.fromEntries(
        variables.map(({ name, value, type }) => [
          name,
          type === "PARAMETER_STORE" ? (values.get(value) ?? "") : value,
        ]),
      ),
    },
    parameters: named.map(({ name }) => name),
  };
}

async function loadBuildspec(job: Job): Promise<Buildspec> {
  const { buildspec } = job.project;
  try {
    if ("inline" in buildspec) return readBuildspec(buildspec.inline);
    say(job, `YAML location is ${join(sourceFolder(job), buildspec.path)}`);
    return readBuildspec(await readFile(join(sourceFolder(job), buildspec.path), "utf8"));
  } catch (error) {
    const message = error instanceof BuildspecError ? error.message : `${String(error)}; commit it or set its path`;
    throw new PhaseFailure("YAML_FILE_ERROR", message);
  }
}

/** Variables of this machine: where tools are, how registries are reached, and the build's folders. */
async function surroundingVariables(job: Job): Promise<Readonly<Record<string, string>>> {
  const { surroundings } = job;
  const home = join(buildFolder(job), "home");
  const temporary = join(buildFolder(job), "tmp");
  await mkdir(home);
  await mkdir(temporary);
  const npmConfig = join(surroundings.HOME ?? homedir(), ".npmrc");
  const passed = passedOn.flatMap((name) => (surroundings[name] === undefined ? [] : [[name, surroundings[name]]]));
  return {
    ...job.buildVariables,
    ...(existsSync(npmConfig) ? { NPM_CONFIG_USERCONFIG: npmConfig } : {}),
    ...(Object.fromEntries(passed) as Readonly<Record<string, string>>),
    PATH: surroundings.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    TMPDIR: temporary,
    ...(await dockerVariables(job.project.privilegedMode, join(buildFolder(job), "docker"), surroundings)),
  };
}

function factsOf(job: Job): Readonly<Record<string, string>> {
  const { world, project, buildId } = job;
  const arn = `arn:aws:codebuild:${world.region}:${world.accountId}`;
  const secondary = Object.keys(job.secondary).map((name) => [name, secondaryFolder(job, name)]);
  return documentedVariables({
    buildId,
    buildArn: `${arn}:build/${buildId}`,
    buildNumber: job.buildNumber,
    projectArn: `${arn}:project/${project.name}`,
    image: project.image,
    initiator: job.initiator,
    kmsKeyId: project.encryptionKey,
    logStream: logStream(project, buildId)?.streamName ?? "",
    resolvedSourceVersion: job.resolvedSourceVersion,
    sourceVersion: job.sourceVersion,
    sourceDirectory: sourceFolder(job),
    secondaryDirectories: Object.fromEntries(secondary) as Readonly<Record<string, string>>,
    startTime: job.startTime,
    region: world.region,
  });
}

function secondaryFolder(job: Job, identifier: string): string {
  return join(buildFolder(job), `src-${identifier}`);
}
