import { flag, list, text } from "./key.ts";

/** The keys about the network. */
export const networkKeys = {
  vpcCidr: text("10.0.0.0/16", "Address range of the VPC that `up` creates; it cannot be changed later"),
  natGateways: text(
    "none",
    "NAT gateways of the VPC that `up` creates: none (tasks have public addresses), single or perZone",
  ),
  vpcEndpoints: text(
    "none",
    "Endpoints of the VPC that `up` creates: none, s3 (its gateway, free) or all that tasks need to start; with all and no NAT gateway, tasks have no internet access",
  ),
  flowLogs: flag(false, "Whether each connection in the VPC is logged to a bucket, for logRetentionDays"),
  vpcId: text(
    "",
    "ID of an existing VPC to use, or default for the account's default VPC; empty creates one. It cannot be changed for an existing environment",
  ),
  vpcTags: list("Tags of the existing VPC to use, each TAG=value, instead of its ID"),
  publicSubnetTags: list("Tags of the existing VPC's subnets for the load balancer, each TAG=value, instead of IDs"),
  privateSubnetTags: list("Tags of the existing VPC's subnets for the tasks, each TAG=value, instead of IDs"),
  publicSubnetIds: list(
    "IDs of the existing VPC's subnets for the load balancer, at least two, each in a different zone",
  ),
  privateSubnetIds: list(
    "IDs of the existing VPC's subnets for the tasks, with internet access; empty puts tasks into the public ones",
  ),
};
