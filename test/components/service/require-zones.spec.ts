import { expect } from "chai";
import type { BalancerEntry } from "../../../components/balancer/balancer-entry.ts";
import type { CacheSettings, DatabaseSettings, StoreSettings } from "../../../components/data/store-settings.ts";
import type { ExistingNetwork } from "../../../components/network/network.ts";
import { requireZones } from "../../../components/service/require-zones.ts";

/** What is said of a network whose subnets are in these zones, by their last letters; undefined where it is taken. */
function said(
  zones: { readonly public: string; readonly private: string },
  needs: Partial<StoreSettings> & { readonly balancer?: "internal" | "public" },
): string | undefined {
  const ids = (kind: "public" | "private") => Array.from(zones[kind], (zone, at) => [`${kind}-${at}`, zone] as const);
  const [outer, inner] = [ids("public"), ids("private")];
  const network: ExistingNetwork = {
    vpcId: "vpc-1",
    publicSubnetIds: outer.map(([id]) => id),
    privateSubnetIds: inner.map(([id]) => id),
    zones: Object.fromEntries([...outer, ...inner]),
  };
  const { balancer, database, cache } = needs;
  const args = { environment: "staging", balancer: { internal: balancer === "internal" }, stores: { database, cache } };
  const entries = balancer === undefined ? [] : [{} as BalancerEntry];
  try {
    requireZones(args, network, entries);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const database = {} as DatabaseSettings;
const cacheWith = (replicas: number) => ({ replicas }) as CacheSettings;

describe("the subnets of an existing network", () => {
  it("are accepted in two or more zones, with one in each", () => {
    const needs = { database, cache: cacheWith(1) };
    expect([
      said({ public: "ab", private: "ab" }, { balancer: "public", ...needs }),
      said({ public: "abc", private: "" }, { balancer: "public", ...needs }),
      said({ public: "aa", private: "abc" }, { balancer: "internal", ...needs }),
      said({ public: "ab", private: "aab" }, { balancer: "public", ...needs }),
    ]).to.deep.equal([undefined, undefined, undefined, undefined]);
  });

  it("may be in one zone if nothing needs two", () => {
    expect(said({ public: "aa", private: "a" }, { cache: cacheWith(0) })).to.equal(undefined);
  });

  it("are refused in one zone, with their names and with what needs two", () => {
    const key = "Pulumi.staging.yaml: privateSubnetIds: ";
    const there = "private-0 in a, private-1 in a; add one in another zone (nothing was changed)";
    expect([
      said({ public: "aa", private: "ab" }, { balancer: "public" }),
      said({ public: "ab", private: "aa" }, { balancer: "internal" }),
      said({ public: "ab", private: "aa" }, { balancer: "public", database }),
      said({ public: "ab", private: "aa" }, { cache: cacheWith(1) }),
    ]).to.deep.equal([
      "Pulumi.staging.yaml: publicSubnetIds: a load balancer needs subnets in two zones, but has only public-0 in a, public-1 in a; add one in another zone (nothing was changed)",
      `${key}a load balancer needs subnets in two zones, but has only ${there}`,
      `${key}a database needs subnets in two zones, but has only ${there}`,
      `${key}a cache with replicas needs subnets in two zones, but has only ${there}`,
    ]);
  });

  it("are refused if a load balancer would have two in one zone", () => {
    expect(said({ public: "aba", private: "" }, { balancer: "public" })).to.equal(
      "Pulumi.staging.yaml: publicSubnetIds: a load balancer accepts one subnet per zone, but public-0 and public-2 are both in a; remove one of them (nothing was changed)",
    );
  });
});
