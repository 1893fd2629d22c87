import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsError, type Caller, type Grant, type World } from "../../../local-cloud/kit/service.ts";

/**
 * The world of CodeBuild in a test: S3, Parameter Store and Logs in memory, and roles that may do everything except what
 * is denied.
 */
export interface BuildWorld {
  readonly world: World;
  readonly objects: Map<string, Buffer>;
  readonly parameters: Map<string, string>;
  /** Messages by `group stream`; a group that is not listed in `groups` does not exist. */
  readonly logs: Map<string, string[]>;
  readonly groups: Set<string>;
  /** Actions that are refused. */
  readonly denied: Set<string>;
  readonly assumed: (readonly [string, string, string, string])[];
  readonly required: (readonly [Caller, readonly Grant[]])[];
  close(): void;
}

/** Starts a new one on a free port of 127.0.0.1. */
export async function openBuildWorld(): Promise<BuildWorld> {
  const directory = mkdtempSync(join(tmpdir(), "codebuild-spec-"));
  const secretAccessKey = randomUUID();
  const state = {
    objects: new Map<string, Buffer>(),
    parameters: new Map<string, string>(),
    logs: new Map<string, string[]>(),
    groups: new Set<string>(),
    denied: new Set<string>(),
    assumed: [] as (readonly [string, string, string, string])[],
    required: [] as (readonly [Caller, readonly Grant[]])[],
  };
  const server = createServer((request, response) => {
    void answer(state, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const world: World = {
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    registryHost: "127.0.0.1:1",
    region: "us-east-1",
    accountId: "000000000000",
    labels: {},
    network: "none",
    directory,
    log: () => undefined,
    identity: {
      assume: (role, service, session, sourceArn) => {
        if (state.denied.has("sts:AssumeRole")) {
          return Promise.reject(new AwsError("AccessDenied", `no trust in ${service}`, 403));
        }
        state.assumed.push([role, service, session, sourceArn]);
        return Promise.resolve({ accessKeyId: buildKey, secretAccessKey, sessionToken: `session-of-${role}` });
      },
      callerOf: (accessKeyId) => ({ accessKeyId, principalArn: "root" }),
      require: (caller, grants) => {
        state.required.push([caller, grants]);
        const lacking = grants.find(({ action }) => state.denied.has(action));
        return lacking === undefined
          ? Promise.resolve()
          : Promise.reject(new AwsError("AccessDeniedException", `${lacking.action} on ${lacking.resource}`));
      },
    },
  };
  const close = () => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { ...state, world, close };
}

/** The access key of every assumed role. */
export const buildKey = "build-role-key";

type State = Pick<BuildWorld, "objects" | "parameters" | "logs" | "groups" | "denied">;

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const target = request.headers["x-amz-target"] as string | undefined;
  const path = new URL(request.url ?? "/", "http://x").pathname;
  const action = target === undefined ? `s3:${request.method === "PUT" ? "PutObject" : "GetObject"}` : actionOf(target);
  const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? "")?.[1];
  if (key !== buildKey || state.denied.has(action)) {
    refuse(response, target === undefined ? "AccessDenied" : "AccessDeniedException", `not authorized: ${action}`);
  } else if (target === undefined) {
    object(state, request.method ?? "GET", path, body, response);
  } else {
    const input = JSON.parse(body.toString()) as Record<string, unknown>;
    const reply = json(state, action, input);
    if (reply instanceof AwsError) refuse(response, reply.code, reply.message);
    else response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify(reply));
  }
}

function actionOf(target: string): string {
  return target.replace("AmazonSSM.", "ssm:").replace("Logs_20140328.", "logs:");
}

function object(state: State, method: string, path: string, body: Buffer, response: ServerResponse): void {
  if (method === "PUT") {
    state.objects.set(path, body);
    response.end();
    return;
  }
  const found = state.objects.get(path);
  if (found === undefined) refuse(response, "NoSuchKey", path, 404);
  else response.end(found);
}

function json(state: State, action: string, input: Record<string, unknown>): object {
  if (action === "ssm:GetParameters") {
    const names = input.Names as string[];
    return {
      Parameters: names
        .filter((name) => state.parameters.has(name))
        .map((Name) => ({ Name, Value: state.parameters.get(Name) })),
      InvalidParameters: names.filter((name) => !state.parameters.has(name)),
    };
  }
  const group = input.logGroupName as string;
  if (action === "logs:CreateLogGroup") state.groups.add(group);
  if (!state.groups.has(group)) return new AwsError("ResourceNotFoundException", group);
  const stream = `${group} ${input.logStreamName as string}`;
  if (action === "logs:CreateLogStream") state.logs.set(stream, []);
  const events = (input.logEvents ?? []) as { readonly message: string }[];
  state.logs.get(stream)?.push(...events.map(({ message }) => message));
  return {};
}

function refuse(
  response: ServerResponse,
  code: string,
  message: string,
  status = code === "AccessDenied" ? 403 : 400,
): void {
  response.statusCode = status;
  response.end(
    code.endsWith("Exception")
      ? JSON.stringify({ __type: code, message })
      : `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}
