import { fileURLToPath } from "node:url";
import { docker, labelArguments } from "../kit/docker.ts";
import type { ServerPlace } from "./server-place.ts";

/** The local cloud's Redis, built from debian:bookworm-slim at its first start. */
export const redisImage = "compose-ecs-pipeline/redis:7";

/** Where a Redis runs, and its token. */
export interface StartRedisArgs extends ServerPlace {
  /** Generated at run time. */
  readonly token: string;
}

/** Starts a Redis that speaks TLS only, and waits until it answers; returns the container's identifier. */
export async function startRedis({ network, labels, alias, token }: StartRedisArgs): Promise<string> {
  const folder = fileURLToPath(new URL("redis", import.meta.url));
  await docker(["build", "--quiet", "--tag", redisImage, folder]);
  const place = ["--network", network, "--network-alias", alias, ...labelArguments(labels)];
  const env = { REDIS_TOKEN: token };
  const container = await docker(["run", "--detach", ...place, "--env", "REDIS_TOKEN", redisImage], { env });
  const wait = `for i in $(seq 300); do ${cli} ping 2>/dev/null | grep -q -e PONG -e NOAUTH && exit 0; sleep 0.1; done; exit 1`;
  await docker(["exec", container, "bash", "-c", wait]).catch(async () => {
    const log = await docker(["logs", "--tail", "20", container]).catch(String);
    throw new Error(`${redisImage}: does not answer after 30 s; its log ends with\n${log}`);
  });
  return container;
}

/** Gives a running Redis a second token: both are valid, as when ElastiCache rotates tokens. */
export async function rotateToken(container: string, { before, now }: { before: string; now: string }): Promise<void> {
  // From standard input, which no process list shows.
  const input = `AUTH ${before}\nACL SETUSER default resetpass >${before} >${now}\n`;
  const said = await docker(["exec", "--interactive", container, "bash", "-c", cli], { input });
  if (said !== "OK\nOK") throw new Error(`${redisImage}: refuses another token: ${said}`);
}

const cli = "redis-cli --tls --insecure";
