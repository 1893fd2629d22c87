import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { startEndpoint } from "../../../local-cloud/endpoint/endpoint.ts";
import type { Endpoint, EndpointArgs } from "../../../local-cloud/endpoint/endpoint.ts";
import { localIdentity, rootCredentials } from "../../../local-cloud/access/identity.ts";
import type { Asked, LocalIdentity } from "../../../local-cloud/access/identity.ts";
import { startMinistack } from "../../../local-cloud/endpoint/ministack.ts";
import type { World } from "../../../local-cloud/kit/service.ts";

/** An endpoint with a separate emulator, for one spec file. */
export interface LocalEndpoint {
  readonly endpoint: Endpoint;
  readonly identity: LocalIdentity;
  readonly directory: string;
  /** Configuration of an SDK client that acts as root. */
  readonly asRoot: { readonly endpoint: string; readonly region: string; readonly credentials: typeof rootCredentials };
  /** Creates a role that a service may assume, with these permissions, and returns its ARN. */
  readonly role: (name: string, service: string, statements: readonly object[], condition?: object) => Promise<string>;
  /** Every permission that calls have needed so far. */
  readonly asked: readonly Asked[];
  /** The world of a service of the local cloud; no container can be started in it. */
  readonly world: World;
  readonly close: () => Promise<void>;
}

export const region = "us-east-1";
export const accountId = "000000000000";

/** Starts ministack and an endpoint in front of it, with the options of the endpoint. */
export async function startLocalEndpoint(options: Pick<EndpointArgs, "layersFolder"> = {}): Promise<LocalEndpoint> {
  const directory = await mkdtemp(join(tmpdir(), "compose-ecs-endpoint-"));
  const ministack = await startMinistack({
    command: join(import.meta.dirname, "../../../.tools/bin/ministack"),
    directory,
    region,
  });
  const asked: Asked[] = [];
  const onAsked = (one: Asked) => void asked.push(one);
  const identity = localIdentity({ url: ministack.url, region, accountId, onAsked });
  const upstream = ministack.url;
  const endpoint = await startEndpoint({ ...options, upstream, identity, region, accountId, log: () => undefined });
  const asRoot = { endpoint: endpoint.url, region, credentials: rootCredentials };
  const iam = new IAMClient(asRoot);
  const world: World = {
    endpointUrl: endpoint.url,
    registryHost: endpoint.host,
    region,
    accountId,
    identity,
    labels: {},
    network: "none",
    directory,
    log: () => undefined,
  };
  return {
    endpoint,
    identity,
    asked,
    directory,
    asRoot,
    world,
    async role(name, service, statements, condition) {
      const trust = {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(condition === undefined ? {} : { Condition: condition }),
      };
      const { Role } = await iam.send(
        new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policy([trust]) }),
      );
      if (statements.length > 0) {
        await iam.send(
          new PutRolePolicyCommand({ RoleName: name, PolicyName: "own", PolicyDocument: policy(statements) }),
        );
      }
      return Role?.Arn ?? "";
    },
    async close() {
      await endpoint.close();
      await ministack.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A policy document's text. */
export function policy(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** `done`, or the name and the message of what was thrown. */
export const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "done",
    (error: unknown) => (error instanceof Error ? [error.name, error.message] : error),
  );
