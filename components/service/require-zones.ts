import type { BalancerEntry } from "../balancer/balancer-entry.ts";
import type { BalancerSettings } from "../balancer/load-balancer.ts";
import type { ExistingNetwork } from "../network/network.ts";
import { Refusal } from "../kit/refusal.ts";
import type { StoreSettings } from "../data/store-settings.ts";

export interface RequireZonesArgs {
  readonly environment: string;
  readonly stores: StoreSettings;
  readonly balancer: Pick<BalancerSettings, "internal">;
}

/**
 * Refuses subnets of an existing network that are in too few zones, or in the same one, for what is created in them.
 */
export function requireZones(
  args: RequireZonesArgs,
  network: ExistingNetwork | undefined,
  entries: readonly BalancerEntry[],
): void {
  if (network?.zones === undefined) return;
  const { publicSubnetIds, privateSubnetIds } = network;
  const outer = { key: "publicSubnetIds", ids: publicSubnetIds };
  const tasks = privateSubnetIds.length === 0 ? outer : { key: "privateSubnetIds", ids: privateSubnetIds };
  const look = (subnets: typeof outer, needs: string): void => {
    spread(args.environment, { ...subnets, ...network, needs });
  };
  if (entries.length > 0) {
    const balancer = args.balancer.internal ? tasks : outer;
    look(balancer, "a load balancer");
    once(args.environment, { ...balancer, ...network });
  }
  const { database, cache } = args.stores;
  if (database !== undefined) look(tasks, "a database");
  if (cache !== undefined && cache.replicas > 0) look(tasks, "a cache with replicas");
}

interface Subnets {
  readonly key: string;
  readonly ids: readonly string[];
  readonly zones?: Readonly<Record<string, string>>;
}

/**
 * "You must specify subnets from at least two Availability Zones" (ELB, CreateLoadBalancer); "DB subnet groups must
 * contain at least one subnet in at least two AZs" (RDS, CreateDBSubnetGroup); replicas of a Multi-AZ group are "placed
 * in different Availability Zones" (ElastiCache, "Minimizing downtime with Multi-AZ").
 */
function spread(environment: string, { key, ids, zones = {}, needs }: Subnets & { readonly needs: string }): void {
  const found = new Set(ids.map((id) => zones[id]));
  if (found.size >= 2) return;
  const where = ids.map((id) => `${id} in ${zones[id] ?? ""}`).join(", ");
  throw new Refusal(
    `Pulumi.${environment}.yaml: ${key}: ${needs} needs subnets in two zones, but has only ${where}; add one in another zone (nothing was changed)`,
  );
}

/** "You can specify only one subnet per Availability Zone" (ELB, CreateLoadBalancer). */
function once(environment: string, { key, ids, zones = {} }: Subnets): void {
  for (const [at, id] of ids.entries()) {
    const other = ids.slice(0, at).find((one) => zones[one] === zones[id]);
    if (other === undefined) continue;
    throw new Refusal(
      `Pulumi.${environment}.yaml: ${key}: a load balancer accepts one subnet per zone, but ${other} and ${id} are both in ${zones[id] ?? ""}; remove one of them (nothing was changed)`,
    );
  }
}
