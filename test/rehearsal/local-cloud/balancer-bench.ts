import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openListener } from "../../../local-cloud/ecs/balancing/balancer.ts";
import type { Listener, ListenerOptions } from "../../../local-cloud/ecs/balancing/balancer.ts";
import { type Target, targetGroup, type TargetGroup } from "../../../local-cloud/ecs/balancing/target-group.ts";
import { until } from "./ecs-world.ts";

/**
 * Target groups, listeners and targets for the tests of the `describe` that calls this; all are closed after each test.
 */
export function balancerBench() {
  const servers: Server[] = [];
  const started: (() => unknown)[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((stop) => stop()));
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  const group = (change: object = {}): TargetGroup => {
    const made = targetGroup(
      {
        arn: "tg",
        path: "/health",
        matcher: "200",
        intervalSeconds: 0.02,
        timeoutSeconds: 0.2,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
        deregistrationDelaySeconds: 5,
        ...change,
      },
      () => undefined,
    );
    started.push(made.close);
    return made;
  };
  const listener = async (
    pick: ListenerOptions["pick"],
    idleTimeoutSeconds = 60,
    certificate?: ListenerOptions["certificate"],
  ): Promise<Listener> => {
    const made = await openListener({ pick, idleTimeoutSeconds, certificate });
    started.push(made.close);
    return made;
  };
  /** A target that answers health checks with `status()` and everything else with `answer`. */
  const target = async (id: string, answer: (reply: ServerResponse) => void, status = () => 200): Promise<Target> => {
    const server = createServer((request, reply) => {
      if (request.url === "/health") reply.writeHead(status()).end();
      else if (request.url === "/headers") reply.end(JSON.stringify(request.headers));
      else if (request.method === "POST") request.pipe(reply);
      else answer(reply);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { id, port: 8080, hostPort: (server.address() as AddressInfo).port };
  };
  const saying = (text: string) => (reply: ServerResponse) => reply.end(text);
  const states = (targets: TargetGroup) => targets.health().map(({ state }) => state);
  const reach = (targets: TargetGroup, ...wanted: readonly string[]) =>
    until(
      () => Promise.resolve(states(targets)),
      (found) => found.join() === wanted.join(),
      5,
    );
  const get = async (url: string): Promise<string> => {
    const reply = await fetch(url);
    return `${reply.status} ${(await reply.text()).slice(0, 20)}`;
  };
  return { started, group, listener, target, saying, states, reach, get };
}
