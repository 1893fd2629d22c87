import { join } from "node:path";
import { docker, labelArguments } from "./kit/docker.ts";
import { rememberProcess } from "./kit/leftovers.ts";
import { autoscalingService } from "./ecs/autoscaling.ts";
import type { Autoscaling } from "./ecs/autoscaling.ts";
import { codeBuildService } from "./codebuild/codebuild.ts";
import type { CodeBuild, CodeBuildOptions } from "./codebuild/codebuild.ts";
import { codePipelineService } from "./codepipeline/codepipeline.ts";
import type { CodePipeline } from "./codepipeline/codepipeline.ts";
import type { PipelineEvent } from "./codepipeline/run.ts";
import { connectionsService } from "./codepipeline/connections.ts";
import type { Connections } from "./codepipeline/connections.ts";
import { ecsService } from "./ecs/ecs-service.ts";
import type { LocalEcs } from "./ecs/ecs-service.ts";
import { startEndpoint } from "./endpoint/endpoint.ts";
import { layersFolder } from "./endpoint/kept-layers.ts";
import { eventsService } from "./events/events.ts";
import { localIdentity } from "./access/identity.ts";
import type { Asked } from "./access/identity.ts";
import { startMinistack } from "./endpoint/ministack.ts";
import type { World } from "./kit/service.ts";

/** AWS on this machine, as far as this project needs it. */
export interface LocalCloud {
  readonly world: World;
  /** What clients use as AWS_ENDPOINT_URL. */
  readonly endpointUrl: string;
  readonly pipelines: CodePipeline;
  readonly codebuild: CodeBuild;
  readonly ecs: LocalEcs;
  readonly connections: Connections;
  readonly autoscaling: Autoscaling;
  /** Makes the registry fail, for tests of faults, or brings it back; ECR's API goes on. */
  readonly setRegistry: (there: boolean) => void;
  /** Stops and removes everything; a second call waits for the first. */
  readonly close: () => Promise<void>;
}

/** A local cloud's folder, names and callbacks. */
export interface LocalCloudArgs {
  /** Folder of this run: logs, scratch files, ministack's data. */
  readonly directory: string;
  readonly runId: string;
  /** Labels of every container, network and volume it starts. */
  readonly labels: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  /** @default - a free one */
  readonly port?: number;
  /** @default - the one in this project's .tools */
  readonly ministackCommand?: string;
  /** @default us-east-1 */
  readonly region?: string;
  /** Called once for each event of a pipeline. @default - not called */
  readonly onPipelineEvent?: (event: PipelineEvent) => void;
  /** Called with every line of every build's log. @default - not called */
  readonly onBuildLine?: CodeBuildOptions["onLine"];
  /** The environment from which builds get PATH, registry settings and Docker's address. @default - this process's environment */
  readonly surroundings?: NodeJS.ProcessEnv;
  /** Variables of every build, as if the image of its host had them; a project's variables win. @default - none */
  readonly buildVariables?: CodeBuildOptions["buildVariables"];
  /** Called with each permission that a role needs for a call. @default - not called */
  readonly onAsked?: ((asked: Asked) => void) | undefined;
}

// ministack reads an access key of twelve digits as an account; with any other key, the account is this one.
const accountId = "000000000000";

/** Starts ministack, the endpoint in front of it and every local service; when a start fails, stops what was started. */
export async function startLocalCloud(args: LocalCloudArgs): Promise<LocalCloud> {
  const { directory, labels, log, region = "us-east-1" } = args;
  const started: (() => Promise<unknown>)[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stopAll(started.toReversed(), log));
  try {
    const network = `rehearsal-${args.runId}`;
    await docker(["network", "create", ...labelArguments(labels), network]);
    started.push(() => docker(["network", "rm", network]));
    const command = args.ministackCommand ?? join(import.meta.dirname, "../.tools/bin/ministack");
    const ministack = await startMinistack({ command, directory, region });
    started.push(ministack.close);
    rememberProcess(directory, "ministack", ministack.pid);
    const identity = localIdentity({ url: ministack.url, region, accountId, onAsked: args.onAsked });
    const upstream = ministack.url;
    const port = args.port === undefined ? {} : { port: args.port };
    const layers = { layersFolder: layersFolder() };
    const endpoint = await startEndpoint({ upstream, identity, region, accountId, log, ...layers, ...port });
    started.push(endpoint.close);
    const { url: endpointUrl, host: registryHost } = endpoint;
    const world: World = { endpointUrl, registryHost, region, accountId, identity, labels, network, directory, log };
    const services = ownServices(world, args);
    const { pipelines, codebuild, ecs } = services;
    for (const service of services.all) endpoint.serve(service);
    endpoint.observe((event) => void services.events.emit(event));
    endpoint.serveBalancing(ecs);
    // Pipeline runs end first, then builds, which may still run containers, and then tasks, which use the network.
    started.push(
      () => ecs.close(),
      () => codebuild.close?.() ?? Promise.resolve(),
      () => pipelines.close(),
      () => services.autoscaling.close?.() ?? Promise.resolve(),
    );
    const { connections, autoscaling } = services;
    const { setRegistry } = endpoint;
    return { world, endpointUrl, pipelines, codebuild, ecs, connections, autoscaling, setRegistry, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function ownServices(world: World, args: LocalCloudArgs) {
  const connections = connectionsService(world);
  const ecs = ecsService(world);
  const codebuild = codeBuildService(world, {
    ...(args.onBuildLine === undefined ? {} : { onLine: args.onBuildLine }),
    ...(args.surroundings === undefined ? {} : { surroundings: args.surroundings }),
    ...(args.buildVariables === undefined ? {} : { buildVariables: args.buildVariables }),
  });
  const pipelines = codePipelineService(world, {
    connections,
    startBuild: (request) => codebuild.startBuild(request),
    ...(args.onPipelineEvent === undefined ? {} : { onEvent: args.onPipelineEvent }),
  });
  const events = eventsService(world, pipelines.startedByRule);
  const autoscaling = autoscalingService(world, (resourceId, minimum, maximum) => {
    const [, cluster = "", service = ""] = resourceId.split("/");
    ecs.keepWithin(cluster, service, minimum, maximum);
    return Promise.resolve();
  });
  const all = [connections, ecs, codebuild, pipelines, autoscaling, events];
  return { connections, ecs, codebuild, pipelines, events, autoscaling, all };
}

async function stopAll(stops: readonly (() => Promise<unknown>)[], log: (line: string) => void): Promise<void> {
  for (const stop of stops) {
    await stop().catch((error: unknown) => {
      log(`local cloud: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}
