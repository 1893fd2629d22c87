import type { Configuration } from "../../scripts/pulumi/stack.ts";

/** Options that one stack of the engine tests has all at once. */
export interface OptionSet {
  /** Name of the stack. */
  readonly stack: string;
  /** What it is an example of, for a test's title. */
  readonly title: string;
  readonly configuration: Configuration;
  /** Types of resources that it makes beyond those of a stack without options, then those that it lacks, as `no TYPE`. */
  readonly types: readonly string[];
}

/** Compose file beside this one that says everything under `x-ecs`; the set `delivery` has it. */
export const extensionFile = "x-ecs.yml";

/** What a stack lacks whose network is there already. */
const noNetwork = [
  "no aws:ec2/internetGateway:InternetGateway",
  "no aws:ec2/route:Route",
  "no aws:ec2/routeTable:RouteTable",
  "no aws:ec2/routeTableAssociation:RouteTableAssociation",
  "no aws:ec2/subnet:Subnet",
  "no aws:ec2/vpc:Vpc",
  "no awsx:ec2:Vpc",
  "no pulumi:providers:awsx",
];

const delivery: OptionSet = {
  stack: "delivery",
  title: "a build, a release and what watches over them",
  configuration: {
    sourceRepository: "acme/store",
    app: "store",
    branch: "trunk",
    branches: ["trunk", "!draft"],
    tags: ["v*"],
    filePaths: ["app/**"],
    connectionArn: "arn:aws:codeconnections:us-east-1:000000000000:connection/c0ffee00-0000",
    composeFiles: ["docker-compose-staging.yml", extensionFile],
    buildspec: "ci/buildspec.yml",
    buildTimeoutMinutes: "45",
    buildComputeType: "LARGE",
    architecture: "arm64",
    buildCache: "registry",
    baseImages: ["debian:bookworm-slim=public.ecr.aws/docker/library/debian:bookworm-slim"],
    runTests: "true",
    testReports: "true",
    buildParameters: ["SECRET_KEY_BASE"],
    artifactKmsKeyArn: "arn:aws:kms:us-east-1:000000000000:key/c0ffee00-0000",
    parameterKmsKeyArns: ["arn:aws:kms:us-east-1:000000000000:key/c0ffee00-0001"],
    untaggedImageDays: "7",
    releaseTimeoutMinutes: "20",
    pollSeconds: "10",
    approval: "true",
    approvalTimeoutMinutes: "60",
    deploymentWindow: "* * 9-16 ? * MON-FRI *",
    deploymentWindowTimeZone: "Europe/Berlin",
    notificationEmails: ["team@example.com"],
    deployParameterChanges: "false",
    executeCommand: "true",
    taskCpu: "2048",
    taskMemoryMiB: "4096",
    healthCheckPath: "/alive",
    smokeTestUrl: "/version",
    smokeTestAnswer: "{commit}",
    logRetentionDays: "90",
    containerInsights: "enhanced",
    dashboard: "true",
    variables: ["LOG_LEVEL=warn"],
    parameters: ["DATABASE_URL=/shared/database", "SECRET_KEY_BASE"],
  },
  types: [
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:cloudwatch/queryDefinition:QueryDefinition",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "aws:efs/accessPoint:AccessPoint",
    "aws:efs/backupPolicy:BackupPolicy",
    "aws:efs/fileSystem:FileSystem",
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    "aws:efs/mountTarget:MountTarget",
    "aws:lambda/function:Function",
    "aws:lambda/permission:Permission",
    "aws:lb/listenerRule:ListenerRule",
    "aws:sns/topic:Topic",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sns/topicSubscription:TopicSubscription",
    "compose-ecs-pipeline:index:Dashboard",
    "compose-ecs-pipeline:index:FileSystem",
    "compose-ecs-pipeline:index:Notifications",
    "no aws:codeconnections/connection:Connection",
  ],
};

const surroundings: OptionSet = {
  stack: "around",
  title: "a network of its own, HTTPS, scaling and alarms",
  configuration: {
    sourceRepository: "acme/shop",
    vpcCidr: "10.1.0.0/20",
    natGateways: "perZone",
    vpcEndpoints: "all",
    flowLogs: "true",
    domain: "shop.example.com",
    hostedZoneId: "Z0123",
    internalBalancer: "true",
    idleTimeoutSeconds: "120",
    allowedRanges: ["10.0.0.0/8"],
    accessLogs: "true",
    webAclArn: "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/shop/0",
    desiredCount: "3",
    maximumCount: "9",
    cpuPercent: "50",
    memoryPercent: "70",
    requestsPerTarget: "500",
    schedule: ["0 7 ? * MON-FRI * = on", "0 12 ? * MON-FRI * = 4-9", "0 19 ? * MON-FRI * = off"],
    scheduleTimeZone: "Europe/Berlin",
    deploymentAlarms: ["errors", "unhealthyHosts", "latency", "cpu", "memory"],
    alarmErrorPercent: "2",
    alarmLatencySeconds: "1",
    alarmCpuPercent: "80",
    alarmMemoryPercent: "85",
    protect: "true",
  },
  types: [
    "aws:acm/certificate:Certificate",
    "aws:acm/certificateValidation:CertificateValidation",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:route53/record:Record",
    "aws:wafv2/webAclAssociation:WebAclAssociation",
    "compose-ecs-pipeline:index:LogBucket",
  ],
};

const given: OptionSet = {
  stack: "given",
  title: "a network and a certificate that are there already",
  configuration: {
    sourceRepository: "acme/shop",
    vpcId: "vpc-0123",
    publicSubnetIds: ["subnet-a", "subnet-b"],
    privateSubnetIds: ["subnet-c", "subnet-d"],
    domain: "shop.example.com",
    certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/c0ffee00-0000",
    ipv6: "true",
  },
  types: noNetwork,
};

const found: OptionSet = {
  stack: "found",
  title: "images of another environment, in a network found by its tags",
  configuration: {
    sourceRepository: "acme/shop",
    promoteFrom: "qa",
    vpcTags: ["Name=main"],
    publicSubnetTags: ["Tier=public"],
    privateSubnetTags: ["Tier=private"],
  },
  types: noNetwork,
};

const bucketSource: OptionSet = {
  stack: "zip",
  title: "code in a bucket, a MySQL and the application's own bucket",
  configuration: {
    sourceProvider: "S3",
    sourceBucket: "acme-source",
    sourceKey: "shop.zip",
    databaseEngine: "mysql",
    databaseVersion: "8.4",
    databaseVariable: "PRIMARY_URL",
    databaseInstanceClass: "db.t4g.medium",
    databaseStorageGiB: "50",
    databaseMaxStorageGiB: "200",
    databaseMultiAz: "true",
    databaseBackupDays: "14",
    databaseMaintenanceWindow: "tue:01:00-tue:02:00",
    databaseApplyImmediately: "true",
    databasePerformanceInsights: "true",
    databaseSnapshot: "shop-before",
    bucket: "true",
    bucketVariable: "UPLOADS",
    bucketPrefix: "uploads/",
    bucketVersionDays: "7",
    bucketCorsOrigins: ["https://shop.example"],
  },
  types: [
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:rds/instance:Instance",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
    "aws:ssm/parameter:Parameter",
    "compose-ecs-pipeline:index:Database",
    "compose-ecs-pipeline:index:EventTrigger",
    "compose-ecs-pipeline:index:FilesBucket",
    "no aws:codeconnections/connection:Connection",
  ],
};

const readyMade: OptionSet = {
  stack: "images",
  title: "ready-made images, Aurora and a cache",
  configuration: {
    sourceProvider: "ECR",
    sourceImageTag: "stable",
    vpcId: "default",
    databaseEngine: "aurora-postgresql",
    databaseVariable: "PRIMARY_URL",
    databaseMinCapacity: "1",
    databaseMaxCapacity: "8",
    databaseFinalSnapshot: "false",
    cacheEngine: "redis",
    cacheVariable: "CACHE_URL",
    cacheNodeType: "cache.t4g.small",
    cacheReplicas: "1",
    cacheSnapshotDays: "3",
    cacheMaintenanceWindow: "wed:01:00-wed:02:00",
  },
  types: [
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:ssm/parameter:Parameter",
    "compose-ecs-pipeline:index:Cache",
    "compose-ecs-pipeline:index:Database",
    "compose-ecs-pipeline:index:EventTrigger",
    "no aws:codeconnections/connection:Connection",
    "no aws:ecr/lifecyclePolicy:LifecyclePolicy",
    ...noNetwork,
  ],
};

/** Few stacks that have every option of Pulumi.yaml and of `x-ecs` between them, since each `up` costs seconds. */
export const optionSets: readonly OptionSet[] = [delivery, surroundings, given, found, bucketSource, readyMade];
