import type { Place } from "./place.ts";

/** What AWS would answer when the resource of this type is made: its identifier and its computed properties. */
export function stateOf(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  importId: string | undefined,
  place: Place,
): { id: string; state: Record<string, unknown> } {
  const physical = typeof inputs["name"] === "string" ? inputs["name"] : name;
  const computed = computedBy[type]?.(physical, inputs, place) ?? {
    arn: place.arn(type.split(/[:/]/)[1] ?? "aws", physical),
  };
  const { id, ...properties } = computed;
  const made = importId !== undefined && importId !== "" ? importId : typeof id === "string" ? id : `${name}-id`;
  return { id: made, state: { ...inputs, ...properties } };
}

/** The ARN of a resource; undefined if the form that AWS gives it is not known here. */
export function arnOf(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  place: Place,
): string | undefined {
  const { arn } = computedBy[type] === undefined ? {} : stateOf(type, name, inputs, undefined, place).state;
  return typeof arn === "string" ? arn : undefined;
}

type Computed = (
  physical: string,
  inputs: Readonly<Record<string, unknown>>,
  place: Place,
) => Readonly<Record<string, unknown>>;

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
  "aws:iam/role:Role": (physical, _, { globalArn }) => ({
    id: physical,
    name: physical,
    arn: globalArn("iam", `role/${physical}`),
  }),
  "aws:iam/policy:Policy": (physical, _, { globalArn }) => ({
    id: globalArn("iam", `policy/${physical}`),
    arn: globalArn("iam", `policy/${physical}`),
    name: physical,
  }),
  "aws:ecs/cluster:Cluster": (physical, _, { arn }) => ({
    id: arn("ecs", `cluster/${physical}`),
    arn: arn("ecs", `cluster/${physical}`),
    name: physical,
  }),
  "aws:servicediscovery/httpNamespace:HttpNamespace": (physical, _, { arn }) => ({
    id: `ns-${physical}`,
    arn: arn("servicediscovery", `namespace/ns-${physical}`),
  }),
  "aws:ecs/service:Service": (physical, { cluster }, { arn }) => {
    const service = arn("ecs", `service/${clusterName(cluster)}/${physical}`);
    return { id: service, arn: service, name: physical };
  },
  "aws:ecs/taskDefinition:TaskDefinition": (physical, { family }, { arn }) => {
    const name = typeof family === "string" ? family : physical;
    return {
      id: name,
      arn: arn("ecs", `task-definition/${name}:1`),
      arnWithoutRevision: arn("ecs", `task-definition/${name}`),
      revision: 1,
    };
  },
  "aws:ecr/repository:Repository": (physical, _, { accountId, arn, region }) => ({
    id: physical,
    name: physical,
    arn: arn("ecr", `repository/${physical}`),
    registryId: accountId,
    repositoryUrl: `${accountId}.dkr.ecr.${region}.amazonaws.com/${physical}`,
  }),
  "aws:sns/topic:Topic": (physical, _, { arn }) => ({ id: arn("sns", physical), arn: arn("sns", physical) }),
  "aws:sqs/queue:Queue": (physical, _, { accountId, arn, region }) => ({
    id: `https://sqs.${region}.amazonaws.com/${accountId}/${physical}`,
    url: `https://sqs.${region}.amazonaws.com/${accountId}/${physical}`,
    arn: arn("sqs", physical),
    name: physical,
  }),
  "aws:dynamodb/table:Table": (physical, _, { arn }) => ({
    id: physical,
    arn: arn("dynamodb", `table/${physical}`),
    name: physical,
  }),
  "aws:efs/fileSystem:FileSystem": (physical, _, { arn }) => ({
    id: `fs-${physical}`,
    arn: arn("elasticfilesystem", `file-system/fs-${physical}`),
  }),
  "aws:efs/accessPoint:AccessPoint": (physical, _, { arn }) => ({
    id: `fsap-${physical}`,
    arn: arn("elasticfilesystem", `access-point/fsap-${physical}`),
  }),
  "aws:cloudwatch/logGroup:LogGroup": (physical, _, { arn }) => ({
    id: physical,
    name: physical,
    arn: arn("logs", `log-group:${physical}`),
  }),
  "aws:ssm/parameter:Parameter": (physical, _, { arn }) => ({
    id: physical,
    arn: arn("ssm", `parameter${physical}`),
    version: 1,
  }),
  "aws:s3/bucket:Bucket": (physical, { bucket }, place) => bucketOf(bucket, physical, place),
  "aws:s3/bucketV2:BucketV2": (physical, { bucket }, place) => bucketOf(bucket, physical, place),
  "aws:rds/instance:Instance": (_, { identifier }, { region }) => ({
    address: `${String(identifier)}.c0ffee.${region}.rds.amazonaws.com`,
  }),
  "aws:rds/cluster:Cluster": (_, { clusterIdentifier }, { region }) => ({
    id: clusterIdentifier,
    endpoint: `${String(clusterIdentifier)}.cluster-c0ffee.${region}.rds.amazonaws.com`,
  }),
  "aws:elasticache/replicationGroup:ReplicationGroup": (_, { replicationGroupId }) => ({
    primaryEndpointAddress: `master.${String(replicationGroupId)}.c0ffee.use1.cache.amazonaws.com`,
  }),
  "aws:codebuild/project:Project": (physical, _, { arn }) => ({
    id: arn("codebuild", `project/${physical}`),
    name: physical,
    arn: arn("codebuild", `project/${physical}`),
  }),
  "aws:codepipeline/pipeline:Pipeline": (physical, _, { arn }) => ({
    id: physical,
    name: physical,
    arn: arn("codepipeline", physical),
  }),
  "aws:codeconnections/connection:Connection": (physical, _, { arn }) => ({
    id: arn("codeconnections", `connection/${physical}`),
    arn: arn("codeconnections", `connection/${physical}`),
    connectionStatus: "PENDING",
  }),
  "aws:cloudwatch/eventRule:EventRule": (physical, _, { arn }) => ({
    id: physical,
    name: physical,
    arn: arn("events", `rule/${physical}`),
  }),
  "aws:lambda/function:Function": (physical, _, { arn }) => ({
    id: physical,
    name: physical,
    arn: arn("lambda", `function:${physical}`),
  }),
  "aws:lb/loadBalancer:LoadBalancer": (physical, _, { arn, region }) => ({
    id: arn("elasticloadbalancing", `loadbalancer/app/${physical}/0`),
    arn: arn("elasticloadbalancing", `loadbalancer/app/${physical}/0`),
    arnSuffix: `app/${physical}/0`,
    dnsName: `${physical}.${region}.elb.amazonaws.com`,
    zoneId: "Z0",
  }),
  "aws:acm/certificate:Certificate": (physical, { domainName }, { arn }) => ({
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
  "aws:lb/listener:Listener": (physical, _, { arn }) => ({
    id: arn("elasticloadbalancing", `listener/app/${physical}/0`),
    arn: arn("elasticloadbalancing", `listener/app/${physical}/0`),
  }),
  "aws:lb/targetGroup:TargetGroup": (physical, _, { arn }) => ({
    id: arn("elasticloadbalancing", `targetgroup/${physical}/0`),
    arn: arn("elasticloadbalancing", `targetgroup/${physical}/0`),
    arnSuffix: `targetgroup/${physical}/0`,
    name: physical,
  }),
};

function clusterName(cluster: unknown): string {
  return typeof cluster === "string" ? (cluster.split("/").at(-1) ?? "default") : "default";
}

function bucketOf(bucket: unknown, physical: string, { partition, region }: Place): Readonly<Record<string, unknown>> {
  const name = typeof bucket === "string" ? bucket : physical;
  return {
    id: name,
    bucket: name,
    arn: `arn:${partition}:s3:::${name}`,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  };
}
