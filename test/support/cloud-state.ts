/** What AWS would answer when the resource of this type is made: its identifier and its computed properties. */
export function stateOf(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  importId?: string,
): { id: string; state: Record<string, unknown> } {
  const physical = typeof inputs["name"] === "string" ? inputs["name"] : name;
  const computed = computedBy[type]?.(physical, inputs) ?? {
    arn: `arn:aws:${type.split(/[:/]/)[1] ?? "aws"}:${region}:${accountId}:${physical}`,
  };
  const { id, ...properties } = computed;
  const made = importId !== undefined && importId !== "" ? importId : typeof id === "string" ? id : `${name}-id`;
  return { id: made, state: { ...inputs, ...properties } };
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;

type Computed = (physical: string, inputs: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

const computedBy: Readonly<Record<string, Computed>> = {
  "awsx:ec2:Vpc": (physical) => ({
    vpcId: `vpc-${physical}`,
    publicSubnetIds: ["a", "b"].map((zone) => `subnet-${physical}-public-${zone}`),
    privateSubnetIds: ["a", "b"].map((zone) => `subnet-${physical}-private-${zone}`),
    isolatedSubnetIds: ["a", "b"].map((zone) => `subnet-${physical}-isolated-${zone}`),
    routeTables: ["a", "b"].map((zone) => ({ id: `rtb-${physical}-${zone}` })),
  }),
  "aws:ec2/vpc:Vpc": () => ({ ipv6CidrBlock: "2600:1f18:0:ab00::/56" }),
  "aws:ec2/eip:Eip": (physical) => ({ allocationId: `eipalloc-${physical}` }),
  "aws:iam/role:Role": (physical) => ({
    id: physical,
    name: physical,
    arn: `arn:aws:iam::${accountId}:role/${physical}`,
  }),
  "aws:ecs/cluster:Cluster": (physical) => ({
    id: arn("ecs", `cluster/${physical}`),
    arn: arn("ecs", `cluster/${physical}`),
    name: physical,
  }),
  "aws:servicediscovery/httpNamespace:HttpNamespace": (physical) => ({
    id: `ns-${physical}`,
    arn: arn("servicediscovery", `namespace/ns-${physical}`),
  }),
  "aws:ecs/service:Service": (physical, { cluster }) => {
    const service = arn("ecs", `service/${clusterName(cluster)}/${physical}`);
    return { id: service, arn: service, name: physical };
  },
  "aws:ecs/taskDefinition:TaskDefinition": (physical, { family }) => {
    const name = typeof family === "string" ? family : physical;
    return {
      id: name,
      arn: arn("ecs", `task-definition/${name}:1`),
      arnWithoutRevision: arn("ecs", `task-definition/${name}`),
      revision: 1,
    };
  },
  "aws:ecr/repository:Repository": (physical) => ({
    id: physical,
    name: physical,
    arn: arn("ecr", `repository/${physical}`),
    registryId: accountId,
    repositoryUrl: `${accountId}.dkr.ecr.${region}.amazonaws.com/${physical}`,
  }),
  "aws:efs/fileSystem:FileSystem": (physical) => ({
    id: `fs-${physical}`,
    arn: arn("elasticfilesystem", `file-system/fs-${physical}`),
  }),
  "aws:efs/accessPoint:AccessPoint": (physical) => ({
    id: `fsap-${physical}`,
    arn: arn("elasticfilesystem", `access-point/fsap-${physical}`),
  }),
  "aws:cloudwatch/logGroup:LogGroup": (physical) => ({
    id: physical,
    name: physical,
    arn: arn("logs", `log-group:${physical}`),
  }),
  "aws:ssm/parameter:Parameter": (physical) => ({ id: physical, arn: arn("ssm", `parameter${physical}`), version: 1 }),
  "aws:s3/bucket:Bucket": (physical, { bucket }) => bucketOf(bucket, physical),
  "aws:s3/bucketV2:BucketV2": (physical, { bucket }) => bucketOf(bucket, physical),
  "aws:rds/instance:Instance": (_, { identifier }) => ({
    address: `${String(identifier)}.c0ffee.${region}.rds.amazonaws.com`,
  }),
  "aws:rds/cluster:Cluster": (_, { clusterIdentifier }) => ({
    id: clusterIdentifier,
    endpoint: `${String(clusterIdentifier)}.cluster-c0ffee.${region}.rds.amazonaws.com`,
  }),
  "aws:elasticache/replicationGroup:ReplicationGroup": (_, { replicationGroupId }) => ({
    primaryEndpointAddress: `master.${String(replicationGroupId)}.c0ffee.use1.cache.amazonaws.com`,
  }),
  "aws:codebuild/project:Project": (physical) => ({
    id: arn("codebuild", `project/${physical}`),
    name: physical,
    arn: arn("codebuild", `project/${physical}`),
  }),
  "aws:codepipeline/pipeline:Pipeline": (physical) => ({
    id: physical,
    name: physical,
    arn: arn("codepipeline", physical),
  }),
  "aws:codeconnections/connection:Connection": (physical) => ({
    id: arn("codeconnections", `connection/${physical}`),
    arn: arn("codeconnections", `connection/${physical}`),
    connectionStatus: "PENDING",
  }),
  "aws:cloudwatch/eventRule:EventRule": (physical) => ({
    id: physical,
    name: physical,
    arn: arn("events", `rule/${physical}`),
  }),
  "aws:lambda/function:Function": (physical) => ({
    id: physical,
    name: physical,
    arn: arn("lambda", `function:${physical}`),
  }),
  "aws:lb/loadBalancer:LoadBalancer": (physical) => ({
    id: arn("elasticloadbalancing", `loadbalancer/app/${physical}/0`),
    arn: arn("elasticloadbalancing", `loadbalancer/app/${physical}/0`),
    arnSuffix: `app/${physical}/0`,
    dnsName: `${physical}.${region}.elb.amazonaws.com`,
    zoneId: "Z0",
  }),
  "aws:acm/certificate:Certificate": (physical, { domainName }) => ({
    id: arn("acm", `certificate/${physical}`),
    arn: arn("acm", `certificate/${physical}`),
    domainValidationOptions: [
      {
        domainName,
        resourceRecordName: `_0.${String(domainName)}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "_1.acm-validations.aws.",
      },
    ],
  }),
  "aws:route53/record:Record": (_, { name }) => ({ fqdn: name }),
  "aws:lb/listener:Listener": (physical) => ({
    id: arn("elasticloadbalancing", `listener/app/${physical}/0`),
    arn: arn("elasticloadbalancing", `listener/app/${physical}/0`),
  }),
  "aws:lb/targetGroup:TargetGroup": (physical) => ({
    id: arn("elasticloadbalancing", `targetgroup/${physical}/0`),
    arn: arn("elasticloadbalancing", `targetgroup/${physical}/0`),
    arnSuffix: `targetgroup/${physical}/0`,
    name: physical,
  }),
};

function clusterName(cluster: unknown): string {
  return typeof cluster === "string" ? (cluster.split("/").at(-1) ?? "default") : "default";
}

function bucketOf(bucket: unknown, physical: string): Readonly<Record<string, unknown>> {
  const name = typeof bucket === "string" ? bucket : physical;
  return {
    id: name,
    bucket: name,
    arn: `arn:aws:s3:::${name}`,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  };
}

/** AWS account of every mocked resource. */
export const accountId = "000000000000";

/** AWS region of every mocked resource. */
export const region = "us-east-1";
