// The whole cloud.
export { type LocalCloud, type LocalCloudArgs, startLocalCloud } from "./local-cloud.ts";
export { type Asked, rootCredentials } from "./access/identity.ts";
export type { PipelineEvent } from "./codepipeline/run.ts";
export type { Credentials } from "./kit/service.ts";

// Docker, and the remains of runs that crashed.
export { cacheFolder } from "./kit/cache-folder.ts";
export { docker, DockerError, hasImage, labelArguments, labelledContainers, type DockerOptions } from "./kit/docker.ts";
export { beginRun, endRun, rehearsalLabel, removeLeftovers, type Run } from "./kit/leftovers.ts";

// Databases and caches for the containers.
export {
  buildPostgres,
  type Postgres,
  postgresImage,
  startPostgres,
  type StartPostgresArgs,
} from "./servers/postgres.ts";
export { redisImage } from "./servers/redis.ts";

// Pulumi's provider for it.
export { attachProvider, type AttachedProvider } from "./provider/attach.ts";
export { onlyRecorded } from "./provider/kit/unknown-types.ts";
export { awsHandlers } from "./provider/aws.ts";
export { invokes, notFound, serviceOutputs } from "./provider/invokes.ts";
export type { Handler, Handlers, Invokes } from "./provider/kit/handler.ts";
export type { Properties } from "./provider/kit/wire.ts";
export { providerOf } from "./provider/provider.ts";
export { serverVariables } from "./servers/server-place.ts";

// Single services and rules.
export { documentText } from "./access/policy-conditions.ts";
export { matchesWildcards } from "./kit/wildcards.ts";
export { readBuildspec } from "./codebuild/buildspec.ts";
export { type CodePipeline, codePipelineService } from "./codepipeline/codepipeline.ts";
export { connectionsService } from "./codepipeline/connections.ts";
export { ecsService, type LocalEcs } from "./ecs/ecs-service.ts";
export { overlap } from "./endpoint/subnet-ranges.ts";
