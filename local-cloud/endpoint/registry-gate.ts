import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { digestDiffers, isFixedTag, isThere, registryCall, tagIsFixed } from "./ecr-rules.ts";
import type { TagRule } from "./ecr-rules.ts";
import { exchange, forward } from "./forward.ts";
import type { Reply } from "./forward.ts";
import type { KeptLayers, Layer } from "./kept-layers.ts";
import { AwsError } from "../kit/service.ts";
import type { Caller, Identity, Input } from "../kit/service.ts";

/** Checks requests to the registry and its API: who got a password, which tags are fixed, and what IAM allows. */
export interface RegistryGate {
  /** Answers a request of the registry's protocol, under `/v2/`. */
  readonly registry: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** The reply to a call of ECR's API, which was signed by `caller`. */
  readonly api: (operation: string, request: IncomingMessage, body: Buffer, caller: Caller) => Promise<Reply>;
}

/** What a gate works with, and the registry's name for clients. */
export interface RegistryGateArgs {
  readonly upstream: string;
  readonly identity: Identity;
  readonly accountId: string;
  readonly region: string;
  /** `host:port` that image URIs start with. */
  readonly registryHost: string;
  /** Called with each tag that has arrived. */
  readonly onPush: (repository: string, tag: string) => void;
  /** Layers of earlier registries, which need no second push. @default - none */
  readonly layers?: KeptLayers | undefined;
}

/** A gate in front of ministack's registry, which itself lets anyone push anything. */
export function registryGate(args: RegistryGateArgs): RegistryGate {
  const owners = new Map<string, Caller>();
  const rules = new Map<string, TagRule>();

  /** The digest that a tag points to; undefined when there is no such tag. */
  const digestOf = async (repository: string, tag: string): Promise<string | undefined> => {
    const { ok, headers } = await fetch(`${args.upstream}/v2/${repository}/manifests/${tag}`, { method: "HEAD" });
    return ok ? (headers.get("docker-content-digest") ?? "") : undefined;
  };

  const refuseFixed = async (repository: string, tag: string): Promise<void> => {
    const taken = isFixedTag(rules.get(repository), tag) && (await digestOf(repository, tag)) !== undefined;
    if (taken) throw tagIsFixed(repository, tag);
  };

  const refusePut = async ({ repositoryName, imageTag, imageDigest, imageManifest }: Input): Promise<void> => {
    const digest = `sha256:${createHash("sha256").update(String(imageManifest)).digest("hex")}`;
    if (typeof imageDigest === "string" && imageDigest !== digest) throw digestDiffers(imageDigest, digest);
    if (typeof imageTag !== "string") return;
    if ((await digestOf(String(repositoryName), imageTag)) === digest) throw isThere(String(repositoryName), imageTag);
    await refuseFixed(String(repositoryName), imageTag);
  };

  return {
    async registry(request, response) {
      const caller = owners.get(passwordOf(request.headers.authorization));
      const path = (request.url ?? "").split("?")[0] ?? "";
      if (caller === undefined) {
        refuse(response, 401, "UNAUTHORIZED", "the password is not from GetAuthorizationToken");
        return;
      }
      let pushed: { readonly repository: string; readonly pushesTag?: string } | undefined;
      if (path !== "/v2/" && path !== "/v2") {
        const call = registryCall(request.method ?? "GET", path);
        if (call === undefined) {
          refuse(response, 405, "UNSUPPORTED", `${request.method ?? ""} ${path}: not a request that ECR knows`);
          return;
        }
        const resource = `arn:aws:ecr:${args.region}:${args.accountId}:repository/${call.repository}`;
        try {
          await args.identity.require(
            caller,
            call.actions.map((action) => ({ action, resource })),
          );
          if (call.pushesTag !== undefined) await refuseFixed(call.repository, call.pushesTag);
          pushed = call;
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          if (error.code === "AccessDeniedException") refuse(response, 403, "DENIED", error.message);
          else refuse(response, 400, "TAG_INVALID", error.message);
          return;
        }
      }
      request.url = withoutMount(request.url ?? "");
      const { asked, completed } = layerOf(request.method, request.url);
      if (asked !== undefined) await args.layers?.offer(asked);
      await forward(args.upstream, request, response);
      if (completed !== undefined && response.statusCode === 201) await args.layers?.keep(completed);
      const arrived = pushed?.pushesTag !== undefined && response.statusCode === 201;
      if (arrived) args.onPush(pushed?.repository ?? "", pushed?.pushesTag ?? "");
    },

    async api(operation, request, body, caller) {
      const input = JSON.parse(body.toString() || "{}") as Input;
      const name = String(input["repositoryName"]);
      if (operation === "PutImage") {
        // IAM is checked first, as everywhere; then the image.
        const resource = `arn:aws:ecr:${args.region}:${args.accountId}:repository/${name}`;
        await args.identity.require(caller, [{ action: "ecr:PutImage", resource }]);
        await refusePut(input);
      }
      const reply = await exchange(args.upstream, request, body);
      if (reply.status !== 200) return reply;
      if (operation === "CreateRepository" || operation === "PutImageTagMutability") rules.set(name, tagRule(input));
      if (operation === "DeleteRepository") rules.delete(name);
      if (operation === "PutImage" && typeof input["imageTag"] === "string") args.onPush(name, input["imageTag"]);
      const output = JSON.parse(reply.body.toString()) as object;
      if (operation === "DescribeImages") refuseAbsent(name, input, output, args);
      if (operation === "GetAuthorizationToken")
        return withBody(reply, authorization(output, args.registryHost, newPassword(owners, caller)));
      return withBody(reply, shown(output, args.registryHost, rules));
    },
  };
}

// ECR mounts layers of other repositories only when the registry is set to do so ("Blob mounting").
function withoutMount(url: string): string {
  const { pathname, searchParams } = new URL(url, "http://registry");
  for (const name of ["mount", "from"]) searchParams.delete(name);
  return searchParams.size === 0 ? pathname : `${pathname}?${searchParams.toString()}`;
}

const sha256 = /^sha256:[0-9a-f]{64}$/u;

/** The layer that a request asks about, or the one whose upload it completes. */
function layerOf(method = "", url: string): { readonly asked?: Layer; readonly completed?: Layer } {
  const { pathname, searchParams } = new URL(url, "http://registry");
  const [, repository = "", digest] = /^\/v2\/(.+)\/blobs\/(?:(sha256:[^/]+)$|uploads\/)/u.exec(pathname) ?? [];
  if (method === "HEAD" && digest !== undefined && sha256.test(digest)) return { asked: { repository, digest } };
  const uploaded = searchParams.get("digest") ?? "";
  return method === "PUT" && sha256.test(uploaded) ? { completed: { repository, digest: uploaded } } : {};
}

// ministack answers with an empty list when an image does not exist; ECR refuses (DescribeImages, "Errors").
function refuseAbsent(repository: string, input: Input, output: object, { accountId }: RegistryGateArgs): void {
  const { imageDetails = [] } = output as { readonly imageDetails?: readonly object[] };
  const asked = input["imageIds"] as readonly object[] | undefined;
  if (asked === undefined || asked.length === 0 || imageDetails.length > 0) return;
  throw new AwsError(
    "ImageNotFoundException",
    `The image with imageId ${JSON.stringify(asked[0])} does not exist within the repository with name '${repository}' in the registry with id '${accountId}'`,
  );
}

function newPassword(owners: Map<string, Caller>, caller: Caller): string {
  const password = randomBytes(24).toString("base64url");
  owners.set(password, caller);
  return password;
}

function authorization(output: object, registryHost: string, password: string): object {
  const { authorizationData = [] } = output as { readonly authorizationData?: readonly object[] };
  const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
  return {
    ...output,
    authorizationData: authorizationData.map((one) => ({
      ...one,
      authorizationToken,
      proxyEndpoint: `http://${registryHost}`,
    })),
  };
}

// ministack names AWS's host and forgets which tags may move.
function shown(output: object, registryHost: string, rules: ReadonlyMap<string, TagRule>): object {
  return JSON.parse(JSON.stringify(output), (key, value: unknown) => {
    if (key === "repositoryUri") return String(value).replace(/^[^/]+/u, registryHost);
    const name =
      typeof value === "object" && value !== null && "repositoryUri" in value
        ? (value as Input)["repositoryName"]
        : undefined;
    return typeof name === "string" ? { ...(value as object), ...rules.get(name) } : value;
  }) as object;
}

function tagRule(input: Input): TagRule {
  const { imageTagMutability = "MUTABLE", imageTagMutabilityExclusionFilters } = input as Partial<TagRule>;
  return {
    imageTagMutability,
    ...(imageTagMutabilityExclusionFilters === undefined ? {} : { imageTagMutabilityExclusionFilters }),
  };
}

function withBody(reply: Reply, output: object): Reply {
  return { ...reply, body: Buffer.from(JSON.stringify(output)) };
}

function passwordOf(authorization = ""): string {
  const decoded = Buffer.from(authorization.replace(/^Basic /u, ""), "base64").toString();
  return decoded.slice(decoded.indexOf(":") + 1);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "docker-distribution-api-version": "registry/2.0",
    ...(status === 401 ? { "www-authenticate": 'Basic realm="ECR"' } : {}),
  });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
