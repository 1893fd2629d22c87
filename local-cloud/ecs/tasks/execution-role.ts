import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { InputLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { docker } from "../../kit/docker.ts";
import type { Caller, Credentials, World } from "../../kit/service.ts";
import { lastPart } from "../kit/arns.ts";
import type { Container } from "../kit/state.ts";

/** Maximum number of parameters in one call of GetParameters. */
const parametersPerCall = 10;

/** The calls that ECS makes for a task with its execution role's credentials. */
export interface ExecutionRole {
  /** Pulls an image from the registry; returns its manifest's digest. */
  readonly pull: (repository: string, reference: string) => Promise<string>;
  /** Decrypted values of a container's secrets, by variable. */
  readonly secrets: (container: Container) => Promise<Readonly<Record<string, string>>>;
  readonly createLogStream: (group: string, stream: string) => Promise<void>;
  readonly putLogEvents: (group: string, stream: string, events: readonly InputLogEvent[]) => Promise<void>;
}

/**
 * Assumes a task's execution role as ecs-tasks.amazonaws.com; every call is made with its credentials, and so needs its
 * permissions.
 */
export async function executionRole(world: World, roleArn: string, taskArn: string): Promise<ExecutionRole> {
  const credentials = await world.identity.assume(roleArn, "ecs-tasks.amazonaws.com", lastPart(taskArn), taskArn);
  const caller = world.identity.callerOf(credentials.accessKeyId);
  const client = { endpoint: world.endpointUrl, region: world.region, credentials };
  const logs = new CloudWatchLogsClient(client);
  const ssm = new SSMClient(client);
  return {
    pull: (repository, reference) => pull(world, caller, credentials, repository, reference),
    secrets: (container) => readSecrets(ssm, container),
    createLogStream: async (logGroupName, logStreamName) => {
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    },
    putLogEvents: async (logGroupName, logStreamName, logEvents) => {
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [...logEvents] }));
    },
  };
}

// A Fargate task has no layers yet, but Docker skips the layers that this machine has already. So the permissions are
// checked here first.
async function pull(
  world: World,
  caller: Caller,
  credentials: Credentials,
  repository: string,
  reference: string,
): Promise<string> {
  const resource = `arn:aws:ecr:${world.region}:${world.accountId}:repository/${repository}`;
  await world.identity.require(caller, [
    { action: "ecr:GetAuthorizationToken", resource: "*" },
    { action: "ecr:BatchCheckLayerAvailability", resource },
    { action: "ecr:GetDownloadUrlForLayer", resource },
    { action: "ecr:BatchGetImage", resource },
  ]);
  const ecr = new ECRClient({ endpoint: world.endpointUrl, region: world.region, credentials });
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64").toString();
  await mkdir(world.directory, { recursive: true });
  const folder = await mkdtemp(join(world.directory, "pull-"));
  // A separate configuration has no context: without the engine's address, Docker Desktop would not be found.
  const engine = await docker(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
  const env = { DOCKER_CONFIG: folder, DOCKER_HOST: engine };
  try {
    const password = token.slice(token.indexOf(":") + 1);
    await docker(["login", "--username", "AWS", "--password-stdin", world.registryHost], { env, input: password });
    const said = await docker(["pull", reference], { env });
    return /^Digest: (sha256:[0-9a-f]+)$/mu.exec(said)?.[1] ?? "";
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readSecrets(ssm: SSMClient, container: Container): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  const wanted = (container.secrets ?? []).map(({ name = "", valueFrom = "" }) => ({
    name,
    parameter: parameterName(valueFrom),
  }));
  for (let from = 0; from < wanted.length; from += parametersPerCall) {
    const some = wanted.slice(from, from + parametersPerCall);
    const Names = [...new Set(some.map(({ parameter }) => parameter))];
    const reply = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    for (const { name, parameter } of some) {
      const value = reply.Parameters?.find((each) => each.Name === parameter)?.Value;
      if (value === undefined) throw new Error(`invalid parameters: ${parameter}`);
      values[name] = value;
    }
  }
  return values;
}

/** The name of a parameter that is given by name or ARN. */
function parameterName(valueFrom: string): string {
  const path = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(\/.+)$/u.exec(valueFrom)?.[1];
  // An ARN always has the slash, even when the name does not begin with one.
  return path === undefined ? valueFrom : path.lastIndexOf("/") === 0 ? path.slice(1) : path;
}
