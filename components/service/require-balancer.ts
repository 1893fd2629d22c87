import type { BalancerEntry } from "../balancer/balancer-entry.ts";
import type { BalancerSettings } from "../balancer/load-balancer.ts";
import { Refusal } from "../kit/refusal.ts";
import type { AskedScaling } from "./scaling.ts";

export interface RequireBalancerArgs {
  readonly environment: string;
  readonly balancer: BalancerSettings;
  readonly scaling: AskedScaling;
}

/** Refuses settings of a load balancer if the stack has none, because they would be ignored. */
export function requireBalancer(
  { environment, balancer, scaling }: RequireBalancerArgs,
  entries: readonly BalancerEntry[],
): void {
  const at = `Pulumi.${environment}.yaml`;
  const said = {
    domain: balancer.https?.domain,
    webAclArn: balancer.webAclArn,
    accessLogs: balancer.accessLogs || undefined,
  };
  for (const [key, value] of Object.entries(said)) {
    if (value === undefined || entries.length > 0) continue;
    throw new Refusal(
      `${at}: ${key}: ${JSON.stringify(value)} needs a load balancer, but there is none because no service publishes a port; remove it, or add "ports" to a service of the Compose file`,
    );
  }
  const { requestsPerTarget } = scaling;
  if (requestsPerTarget === undefined || entries.some(({ service }) => service.deployAction === "Deploy")) return;
  throw new Refusal(
    `${at}: requestsPerTarget: ${String(requestsPerTarget)} applies to the environment's own ECS service, which publishes no port; remove it`,
  );
}
