import type { Tags, WantedNetwork } from "../components/network/find-network.ts";
import { endpointChoices } from "../components/network/vpc-endpoints.ts";
import type { NatGateways } from "../components/network/vpc-layout.ts";
import { flag, matching, refuse, strings, textOrEmpty, word } from "./keys.ts";
import type { KeyOf } from "./table.ts";

/** The network of an environment: a new one, or an existing one that is named by IDs or tags. */
export function network() {
  const existing = existingNetwork();
  const vpcEndpoints = word("vpcEndpoints", endpointChoices);
  if (existing !== undefined && vpcEndpoints !== "none")
    refuse("vpcEndpoints", vpcEndpoints, "none: the owner of an existing VPC adds its endpoints");
  return {
    vpcCidr: matching(
      "vpcCidr",
      /^\d+\.\d+\.\d+\.\d+\/(1[6-9]|2[0-4])$/,
      "an IPv4 range of /16 to /24, as in 10.0.0.0/16",
    ),
    natGateways: word<NatGateways>("natGateways", ["none", "single", "perZone"]),
    vpcEndpoints,
    flowLogs: flag("flowLogs"),
    existing,
  };
}

const subnetKeys = ["publicSubnetIds", "privateSubnetIds", "publicSubnetTags", "privateSubnetTags"] as const;

function existingNetwork(): WantedNetwork | undefined {
  const vpcId = textOrEmpty("vpcId");
  const vpcTags = tags("vpcTags");
  if (vpcId !== "" && count(vpcTags) > 0) refuse("vpcTags", strings("vpcTags"), "them only if vpcId is empty");
  if (vpcId === "" && count(vpcTags) === 0) {
    const subnets = subnetKeys.flatMap((key) => strings(key));
    return subnets.length === 0 ? undefined : refuse("vpcId", "", "the VPC that the given subnets are in");
  }
  if (vpcId === "default") {
    for (const key of subnetKeys)
      if (strings(key).length > 0) refuse(key, strings(key), "it only if vpcId names a VPC other than the default one");
    return "default";
  }
  if (vpcId !== "" && !/^vpc-[\w-]+$/.test(vpcId))
    refuse("vpcId", vpcId, "the id of a VPC, as in vpc-0123456789abcdef0, or default");
  const publicSubnets = subnets("public");
  if (Array.isArray(publicSubnets) && publicSubnets.length < 2)
    refuse("publicSubnetIds", publicSubnets, "at least two, in different zones: a load balancer needs them");
  return { vpc: vpcId === "" ? vpcTags : vpcId, publicSubnets, privateSubnets: subnets("private") };
}

function subnets(kind: "public" | "private"): readonly string[] | Tags {
  const ids = strings(`${kind}SubnetIds`);
  const wanted = tags(`${kind}SubnetTags`);
  if (count(wanted) === 0) return ids;
  return ids.length === 0
    ? wanted
    : refuse(`${kind}SubnetTags`, strings(`${kind}SubnetTags`), `them only if ${kind}SubnetIds is empty`);
}

const count = (found: Tags): number => Object.keys(found).length;

/** A list of TAG=value. */
function tags(key: KeyOf<"array">): Tags {
  const found: Record<string, string> = {};
  for (const entry of strings(key)) {
    const [, tag = "", value = ""] = /^([^=]{1,128})=(.{0,256})$/s.exec(entry) ?? refuse(key, entry, "TAG=value");
    if (found[tag] !== undefined) refuse(key, entry, `${tag} once`);
    found[tag] = value;
  }
  return found;
}
