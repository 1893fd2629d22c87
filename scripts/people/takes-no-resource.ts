/** Whether AWS narrows an action to no resource at all; a test compares this with its Service Authorization Reference. */
export function takesNoResource(action: string): boolean {
  const [service = "", name = ""] = action.split(":");
  if (service === "ec2" || service === "elasticloadbalancing")
    return reads.test(name) ? name !== "DescribeVpcAttribute" : name === "SetWebACL";
  return names[service]?.split(" ").includes(name) === true;
}

/** How actions begin that only look. */
const reads = /^Describe/;

const names: Readonly<Record<string, string>> = {
  acm: "RequestCertificate",
  "application-autoscaling": "DescribeScalableTargets DescribeScalingPolicies DescribeScheduledActions",
  codeconnections:
    "CreateConnection GetIndividualAccessToken GetInstallationUrl ListInstallationTargets StartOAuthHandshake",
  ecs: "DeregisterTaskDefinition DescribeTaskDefinition ListTaskDefinitions",
  elasticfilesystem: "CreateFileSystem",
  logs: "CreateLogDelivery DeleteLogDelivery DeleteQueryDefinition DescribeLogGroups DescribeQueryDefinitions PutQueryDefinition",
  servicediscovery: "CreateHttpNamespace ListNamespaces ListTagsForResource TagResource UntagResource",
  ssm: "DescribeParameters",
};
