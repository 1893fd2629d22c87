import { AwsError, type Caller, type Input, type LocalService, type World } from "../kit/service.ts";
import { describeBuild, launch, type Build, type BuildRequest, type BuildResult } from "./builds.ts";
import { codeBuildGrants, projectArn } from "./grants.ts";
import { readProject, readSource, readVariables, type Project } from "./project.ts";

/** CodeBuild, with the function by which CodePipeline starts builds. */
export interface CodeBuild extends LocalService {
  /** Starts a build for CodePipeline; the caller needs the permissions to start the project's builds and to read them. */
  startBuild(request: PipelineBuildRequest): Promise<StartedBuild>;
}

/** A build that a pipeline asks for. */
export interface PipelineBuildRequest extends Omit<BuildRequest, "environmentOverrides"> {
  readonly projectName: string;
  /** The pipeline's role. */
  readonly caller: Caller;
  /** As the action gives them; throws for a type that the local cloud does not support. */
  readonly environmentOverrides?: readonly { readonly name: string; readonly value: string; readonly type?: string }[];
}

/** A build that has begun. */
export interface StartedBuild {
  readonly buildId: string;
  readonly done: Promise<BuildResult>;
}

/** Settings of the local CodeBuild. */
export interface CodeBuildOptions {
  /** Called with every line of every build's log. @default - not called */
  readonly onLine?: (buildId: string, line: string) => void;
  /**
   * The environment that PATH, registry settings and Docker's address come from. @default - this process's environment
   */
  readonly surroundings?: NodeJS.ProcessEnv;
  /** Variables of every build, as if the image of its host had them; a project's variables win. @default - none */
  readonly buildVariables?: Readonly<Record<string, string>>;
  /** Milliseconds in a minute of a project's time-out, for tests. @default 60000 */
  readonly minuteMs?: number;
}

/** CodeBuild of the local cloud: projects, and builds that run real buildspecs on this machine. */
export function codeBuildService(world: World, options: CodeBuildOptions = {}): CodeBuild {
  const projects = new Map<string, Project>();
  const builds = new Map<string, Build>();
  const buildIds = new Map<string, string[]>();
  const grants = codeBuildGrants(world);
  const settings = {
    surroundings: options.surroundings ?? process.env,
    buildVariables: options.buildVariables ?? {},
    minuteMs: options.minuteMs ?? 60_000,
    onLine: options.onLine ?? (() => undefined),
  };
  const start = (project: Project, request: BuildRequest): Build => {
    const ids = buildIds.get(project.name) ?? [];
    const build = launch(world, settings, project, ids.length + 1, request);
    builds.set(build.job.buildId, build);
    buildIds.set(project.name, [...ids, build.job.buildId]);
    world.log(`codebuild: ${build.job.buildId} started by ${request.initiator}`);
    void build.done.then(
      ({ status }) => {
        world.log(`codebuild: ${build.job.buildId} ${status}`);
      },
      () => undefined,
    );
    return build;
  };
  return {
    targets: ["CodeBuild_20161006"],
    grants,
    operations: { ...projectOperations(world, projects), ...buildOperations(projects, builds, buildIds, start) },
    async startBuild({ projectName, caller, environmentOverrides, ...request }) {
      const needed = [
        ...(grants.StartBuild?.({ projectName }) ?? []),
        ...(grants.BatchGetBuilds?.({ ids: [`${projectName}:any`] }) ?? []),
      ];
      await world.identity.require(caller, needed);
      const overrides = readVariables(environmentOverrides);
      const { job, done } = start(known(projects, projectName), { ...request, environmentOverrides: overrides });
      return { buildId: job.buildId, done };
    },
    async close() {
      builds.forEach((build) => {
        build.stop();
      });
      await Promise.allSettled([...builds.values()].map(({ done }) => done));
    },
  };
}

function projectOperations(world: World, projects: Map<string, Project>): LocalService["operations"] {
  const described = ({ name, input }: Project) => ({ ...input, name, arn: projectArn(world, name) });
  return {
    CreateProject: (input) => {
      const project = readProject(input);
      if (projects.has(project.name)) {
        throw new AwsError(
          "ResourceAlreadyExistsException",
          `Project already exists: ${projectArn(world, project.name)}`,
        );
      }
      const created = { ...project, input: { ...input, created: Date.now() / 1000, lastModified: Date.now() / 1000 } };
      projects.set(project.name, created);
      return Promise.resolve({ project: described(created) });
    },
    UpdateProject: (input) => {
      const before = known(projects, String(input.name));
      const updated = readProject({ ...before.input, ...input, lastModified: Date.now() / 1000 });
      projects.set(updated.name, updated);
      return Promise.resolve({ project: described(updated) });
    },
    DeleteProject: (input) => {
      projects.delete(String(input.name));
      return Promise.resolve({});
    },
    BatchGetProjects: (input) => {
      const names = (input.names as readonly string[]).map((name) => name.replace(/^arn:.*:project\//, ""));
      return Promise.resolve({
        projects: names.flatMap((name) =>
          [projects.get(name)].flatMap((project) => (project ? [described(project)] : [])),
        ),
        projectsNotFound: names.filter((name) => !projects.has(name)),
      });
    },
  };
}

function buildOperations(
  projects: ReadonlyMap<string, Project>,
  builds: ReadonlyMap<string, Build>,
  buildIds: ReadonlyMap<string, readonly string[]>,
  start: (project: Project, request: BuildRequest) => Build,
): LocalService["operations"] {
  return {
    StartBuild: (input, caller) => {
      const build = start(...readStart(known(projects, String(input.projectName)), input, caller));
      return Promise.resolve({ build: describeBuild(build) });
    },
    BatchGetBuilds: (input) => {
      const ids = input.ids as readonly string[];
      return Promise.resolve({
        builds: ids.flatMap((id) => [builds.get(id)].flatMap((build) => (build ? [describeBuild(build)] : []))),
        buildsNotFound: ids.filter((id) => !builds.has(id)),
      });
    },
    StopBuild: (input) => {
      const build = builds.get(String(input.id));
      if (build === undefined) throw new AwsError("ResourceNotFoundException", `Build not found: ${String(input.id)}`);
      build.stop();
      return Promise.resolve({ build: describeBuild(build) });
    },
    ListBuildsForProject: (input) => {
      const { name } = known(projects, String(input.projectName));
      const ids = buildIds.get(name) ?? [];
      const ordered = input.sortOrder === "ASCENDING" ? ids : ids.toReversed();
      return Promise.resolve(pageOf(ordered, input.nextToken as string | undefined, pageSize));
    },
  };
}

/** Builds on one page of ListBuildsForProject. */
const pageSize = 100;

/** Reads StartBuild's input: another source and version, and variables; throws for anything else. */
function readStart(project: Project, input: Input, caller: Caller): [Project, BuildRequest] {
  const allowed = [
    "sourceTypeOverride",
    "sourceLocationOverride",
    "sourceVersion",
    "buildspecOverride",
    "environmentVariablesOverride",
  ];
  const other = Object.keys(input).filter((key) => !["projectName", ...allowed].includes(key));
  if (other.length > 0)
    throw invalid(`${other.join(", ")}: not supported by the local cloud; allowed are ${allowed.join(", ")}`);
  const own = project.input.source as Input;
  const source = readSource({
    type: input.sourceTypeOverride ?? own.type,
    location: input.sourceLocationOverride ?? own.location,
    buildspec: input.buildspecOverride ?? own.buildspec,
  });
  if (source.sourceType === "CODEPIPELINE") {
    throw invalid(`${project.name}: its source comes from a pipeline; start the pipeline or override the source`);
  }
  const [bucket = "", ...key] = (source.sourceLocation ?? "").split("/");
  const sourceVersion = input.sourceVersion as string | undefined;
  return [
    { ...project, ...source },
    {
      initiator: caller.principalArn.split("/").at(-1) ?? caller.principalArn,
      environmentOverrides: readVariables(input.environmentVariablesOverride),
      ...(source.sourceType === "S3" ? { source: { bucket, key: key.join("/") } } : {}),
      ...(sourceVersion === undefined ? {} : { sourceVersion }),
    },
  ];
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidInputException", message);
}

function known(projects: ReadonlyMap<string, Project>, name: string): Project {
  const project = projects.get(name.replace(/^arn:.*:project\//, ""));
  if (project === undefined) throw new AwsError("ResourceNotFoundException", `Project cannot be found: ${name}`);
  return project;
}

/** One page of a list, and the token of the next if there is one. */
export interface Page {
  readonly ids: readonly string[];
  readonly nextToken?: string;
}

/** The page of a token; the first page without one. Source: CodeBuild API reference, ListBuildsForProject. */
export function pageOf(ids: readonly string[], token: string | undefined, size: number): Page {
  const from = Number(token ?? 0);
  const to = from + size;
  return { ids: ids.slice(from, to), ...(ids.length > to ? { nextToken: String(to) } : {}) };
}
