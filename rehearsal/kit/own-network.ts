/** Keys of the network and the domain that no rehearsal takes over, with what it has instead. */
export const ownNetwork = {
  hostedZoneId: "there is no domain",
  certificateArn: "it serves by HTTP",
  webAclArn: "no request is filtered",
  vpcId: "it gets its own VPC",
  vpcTags: "it gets its own VPC",
  publicSubnetTags: "it gets its own subnets",
  privateSubnetTags: "it gets its own subnets",
  publicSubnetIds: "it gets its own subnets",
  privateSubnetIds: "it gets its own subnets",
} as const;
