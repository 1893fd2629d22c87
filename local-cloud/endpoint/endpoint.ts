import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerJson, answerJsonError, readAwsRequest } from "./aws-request.ts";
import type { AwsRequest } from "./aws-request.ts";
import type { AwsEvent } from "../events/events.ts";
import { answer, exchange, forward, readAll } from "./forward.ts";
import { rootCredentials } from "../access/identity.ts";
import type { LocalIdentity } from "../access/identity.ts";
import { judgedHere } from "../access/judged-here.ts";
import { parameterKeys, type ParameterKeys } from "../access/parameter-keys.ts";
import { keptLayers } from "./kept-layers.ts";
import { registryGate } from "./registry-gate.ts";
import type { RegistryGate } from "./registry-gate.ts";
import { AwsError } from "../kit/service.ts";
import type { Input, LocalService } from "../kit/service.ts";
import { subnetRanges } from "./subnet-ranges.ts";
import { imagePushed, objectCreated } from "../events/source-events.ts";
import { type Balancing, answerEc2, answerElb, answerIdentity } from "./query-answers.ts";

/** The one address of the local cloud. */
export interface Endpoint {
  readonly url: string;
  /** `127.0.0.1:port`: what image URIs start with. */
  readonly host: string;
  /** From now on, answers the requests of a service instead of passing them on. */
  readonly serve: (service: LocalService) => void;
  /** Sets who answers for target health and follows changes of listeners. */
  readonly serveBalancing: (balancing: Balancing) => void;
  /** Calls back with an event for each object and each image that arrives from now on. */
  readonly observe: (told: (event: AwsEvent) => void) => void;
  /** Makes the registry fail, for tests of faults, or brings it back. */
  readonly setRegistry: (there: boolean) => void;
  readonly close: () => Promise<void>;
}

/** What an endpoint works with. */
export interface EndpointArgs {
  /** ministack's address. */
  readonly upstream: string;
  readonly identity: LocalIdentity;
  readonly region: string;
  readonly accountId: string;
  /** @default - a free one */
  readonly port?: number;
  /** Folder of layers that were pushed to earlier registries of this machine. @default - none */
  readonly layersFolder?: string;
  readonly log: (line: string) => void;
}

/** Listens on 127.0.0.1, answers the requests of local services, and passes all others on to ministack. */
export async function startEndpoint(args: EndpointArgs): Promise<Endpoint> {
  const services: LocalService[] = [];
  let balancing: Balancing | undefined;
  let registryIsThere = true;
  let tell: (event: AwsEvent) => void = () => undefined;

  const server = createServer();
  server.requestTimeout = 0;
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(args.port ?? 0, "127.0.0.1", resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const onPush = (repository: string, tag: string): void => {
    tell(imagePushed(args, repository, tag));
  };
  const subnets = subnetRanges();
  const layers = args.layersFolder === undefined ? undefined : keptLayers(args.upstream, args.layersFolder, args.log);
  const gate = registryGate({ ...args, registryHost: host, onPush, layers });
  const keys = parameterKeys(args);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = readAwsRequest(request);
    const own = services.find(({ targets }) => call.target !== undefined && targets.includes(call.target.prefix));
    const toRegistry = /^\/v2(?:[/?]|$)/u.test(request.url ?? "");
    if (toRegistry && !registryIsThere) request.socket.destroy();
    else if (toRegistry) await gate.registry(request, response);
    else if (own !== undefined) await answerOwn(args, own, call, request, response);
    else if (call.service === "ecr") await answerEcr(args, gate, call, request, response);
    else if (call.service === "elasticloadbalancing") {
      await answerElb(args, balancing, call, request, response);
    } else if (call.service === "ec2") await answerEc2(args, subnets, call, request, response);
    else if (isJudged(args, call)) await answerJudged(args, keys, call, request, response);
    else if (call.service === "sts" || call.service === "iam") await answerIdentity(args, request, response);
    else {
      args.identity.passedOn(call.accessKeyId ?? "", `${call.service ?? ""}:*`);
      await forward(args.upstream, request, response);
      const [bucket, key] = putObject(call, request);
      if (key !== undefined && response.statusCode === 200) tell(objectCreated(bucket, key));
    }
  };
  server.on("request", (request, response) => {
    handle(request, response).catch((error: unknown) => {
      args.log(`endpoint: ${request.method ?? ""} ${request.url ?? ""}: ${String(error)}`);
      if (response.headersSent) response.destroy();
      else answerJsonError(response, "application/x-amz-json-1.1", error);
    });
  });
  return {
    url: `http://${host}`,
    host,
    serve: (service) => void services.push(service),
    observe: (told) => void (tell = told),
    serveBalancing: (served) => void (balancing = served),
    setRegistry: (there) => void (registryIsThere = there),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Bucket and key of a PutObject in path style; undefined for another request. */
function putObject({ service }: AwsRequest, { method, url = "" }: IncomingMessage): readonly [string, string?] {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [, bucket = "", ...key] = pathname.split("/").map(decodeURIComponent);
  const isPut = service === "s3" && method === "PUT" && [...searchParams.keys()].every((name) => name === "x-id");
  return isPut && key.length > 0 ? [bucket, key.join("/")] : [bucket];
}

async function answerOwn(
  args: EndpointArgs,
  service: LocalService,
  call: AwsRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const contentType = request.headers["content-type"] ?? "application/x-amz-json-1.1";
  const operation = call.target?.operation ?? "";
  const body = await readAll(request);
  try {
    const run = service.operations[operation];
    const grants = service.grants[operation];
    if (run === undefined || grants === undefined) {
      throw new AwsError(
        "UnknownOperationException",
        `${call.target?.prefix ?? ""}.${operation}: the local cloud does not answer this operation`,
      );
    }
    const input = JSON.parse(body.toString() || "{}") as Input;
    const caller = args.identity.callerOf(call.accessKeyId ?? "");
    await args.identity.require(caller, grants(input));
    answerJson(response, contentType, await run(input, caller));
  } catch (error) {
    if (!(error instanceof AwsError))
      args.log(`${operation}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    answerJsonError(response, contentType, error);
  }
}

async function answerEcr(
  args: EndpointArgs,
  gate: RegistryGate,
  call: AwsRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readAll(request);
  try {
    const caller = args.identity.callerOf(call.accessKeyId ?? "");
    args.identity.passedOn(caller.accessKeyId, `ecr:${call.target?.operation ?? ""}`);
    answer(response, await gate.api(call.target?.operation ?? "", request, body, caller));
  } catch (error) {
    answerJsonError(response, "application/x-amz-json-1.1", error);
  }
}

/** Whether a request is judged here: by its grants, or by the keys behind Parameter Store. */
function isJudged(args: EndpointArgs, { target: { prefix, operation } = none }: AwsRequest): boolean {
  return prefix === "AmazonSSM" || judgedHere(args, prefix, operation) !== undefined;
}
const none = { prefix: "", operation: "" };

// When its grants are checked here, the call is then made as root.
async function answerJudged(
  args: EndpointArgs,
  keys: ParameterKeys,
  { target: { prefix, operation } = none, accessKeyId = "" }: AwsRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readAll(request);
  const grants = judgedHere(args, prefix, operation);
  try {
    const input = JSON.parse(body.toString() || "{}") as Input;
    const caller = args.identity.callerOf(accessKeyId);
    if (grants === undefined) args.identity.passedOn(accessKeyId, `ssm:${operation}`);
    else await args.identity.require(caller, grants(input));
    if (prefix === "AmazonSSM") await keys.requireEncrypt(caller, operation, input);
    const as = grants === undefined ? undefined : rootCredentials.accessKeyId;
    const reply = await exchange(args.upstream, request, body, as);
    if (prefix === "AmazonSSM" && reply.status === 200) await keys.requireDecrypt(caller, operation, input);
    answer(response, reply);
  } catch (error) {
    answerJsonError(response, "application/x-amz-json-1.1", error);
  }
}
