import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { LocalCloud } from "../local-cloud/index.ts";

/** The calls of a step: how many each AWS service got. */
export type Calls = Readonly<Record<string, number>>;

/**
 * Counts the requests that processes of their own send to the local cloud, by the name of the role that they have; a
 * retry counts, too. What the local CodeBuild and CodePipeline ask with a role comes from this process, and is left out:
 * artifacts, log lines, deployments.
 */
export function countCalls({ world }: LocalCloud): { readonly stop: () => Readonly<Record<string, Calls>> } {
  const counts: Record<string, Record<string, number>> = {};
  const own = new Set<string>();
  const sent = (message: unknown): void => {
    const id = (message as { readonly request: ClientRequest }).request.getHeader(invocation);
    if (typeof id === "string") own.add(id);
  };
  const received = (message: unknown): void => {
    const { headers } = (message as { readonly request: IncomingMessage }).request;
    const [, key, service] = signature.exec(headers.authorization ?? "") ?? [];
    if (key === undefined || service === undefined || own.has(String(headers[invocation]))) return;
    const role = world.identity.callerOf(key).principalArn.split("/").at(-1) ?? "";
    const calls = (counts[role] ??= {});
    calls[service] = (calls[service] ?? 0) + 1;
  };
  subscribe("http.client.request.start", sent);
  subscribe("http.server.request.start", received);
  return {
    stop: () => {
      unsubscribe("http.client.request.start", sent);
      unsubscribe("http.server.request.start", received);
      return counts;
    },
  };
}

/** The header by which the SDKs and the command line tell one call from the next. */
const invocation = "amz-sdk-invocation-id";

/** Access key and service of a signature of version 4. */
const signature = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//;
