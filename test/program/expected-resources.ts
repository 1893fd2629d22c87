import type { Registration } from "../../testing/registration.ts";

/** A registration as one line: its type and name, its parent and its options. */
export function line({ type, name, options }: Registration): string {
  return [
    `${type} ${name}`,
    options.parent === undefined ? "" : ` in ${options.parent}`,
    options.protect === true ? ", protected" : "",
    options.ignoreChanges === undefined ? "" : `, ignoring ${options.ignoreChanges.join(" ")}`,
    options.aliases === undefined ? "" : `, once ${options.aliases.join(" ")}`,
    options.retainOnDelete === true ? ", kept" : "",
  ].join("");
}

/** Resources that only production has, because its own file sets `dashboard`. */
const watched = `
aws:cloudwatch/dashboard:Dashboard shop-production in Dashboard shop-production
aws:cloudwatch/queryDefinition:QueryDefinition shop-production-errors in Dashboard shop-production
aws:cloudwatch/queryDefinition:QueryDefinition shop-production-lines-by-container in Dashboard shop-production
aws:cloudwatch/queryDefinition:QueryDefinition shop-production-newest in Dashboard shop-production
compose-ecs-pipeline:index:Dashboard shop-production
`;

const registrations = `
aws:appautoscaling/target:Target shop-staging in EcsService shop-staging
aws:appautoscaling/target:Target shop-staging-worker in EcsService shop-staging-worker
aws:cloudwatch/logGroup:LogGroup shop-staging-build in BuildProject shop-staging-build
aws:cloudwatch/logGroup:LogGroup shop-staging-containers in EcsCluster shop-staging, once in EcsService shop-staging
aws:cloudwatch/logGroup:LogGroup shop-staging-migrate in BuildProject shop-staging-migrate
aws:cloudwatch/logGroup:LogGroup shop-staging-verify in BuildProject shop-staging-verify
aws:codebuild/project:Project shop-staging-build in BuildProject shop-staging-build
aws:codebuild/project:Project shop-staging-migrate in BuildProject shop-staging-migrate
aws:codebuild/project:Project shop-staging-verify in BuildProject shop-staging-verify
aws:codeconnections/connection:Connection shop-staging
aws:codepipeline/pipeline:Pipeline shop-staging in Pipeline shop-staging
aws:ec2/securityGroup:SecurityGroup shop-staging-balancer in LoadBalancer shop-staging
aws:ec2/securityGroup:SecurityGroup shop-staging-tasks in EcsCluster shop-staging, once in EcsService shop-staging
aws:ecr/lifecyclePolicy:LifecyclePolicy shop-staging-proxy in ImageRepositories shop-staging
aws:ecr/lifecyclePolicy:LifecyclePolicy shop-staging-web in ImageRepositories shop-staging
aws:ecr/repository:Repository shop-staging-proxy in ImageRepositories shop-staging (protected)
aws:ecr/repository:Repository shop-staging-web in ImageRepositories shop-staging (protected)
aws:ecs/cluster:Cluster shop-staging in EcsCluster shop-staging, once in EcsService shop-staging
aws:ecs/service:Service shop-staging in EcsService shop-staging, ignoring desiredCount
aws:ecs/service:Service shop-staging-worker in EcsService shop-staging-worker, ignoring desiredCount
aws:ecs/taskDefinition:TaskDefinition shop-staging in EcsService shop-staging
aws:ecs/taskDefinition:TaskDefinition shop-staging-migrate in EcsCluster shop-staging, once in EcsService shop-staging
aws:ecs/taskDefinition:TaskDefinition shop-staging-worker in EcsService shop-staging-worker
aws:iam/role:Role shop-staging-build in ActorRole shop-staging-build
aws:iam/role:Role shop-staging-execution in ActorRole shop-staging-execution
aws:iam/role:Role shop-staging-migrate in ActorRole shop-staging-migrate
aws:iam/role:Role shop-staging-pipeline in ActorRole shop-staging-pipeline
aws:iam/role:Role shop-staging-task in ActorRole shop-staging-task
aws:iam/role:Role shop-staging-verify in ActorRole shop-staging-verify
aws:iam/rolePolicy:RolePolicy shop-staging-build-statements in ActorRole shop-staging-build
aws:iam/rolePolicy:RolePolicy shop-staging-execution-statements in ActorRole shop-staging-execution
aws:iam/rolePolicy:RolePolicy shop-staging-migrate-statements in ActorRole shop-staging-migrate
aws:iam/rolePolicy:RolePolicy shop-staging-pipeline-statements in ActorRole shop-staging-pipeline
aws:iam/rolePolicy:RolePolicy shop-staging-verify-statements in ActorRole shop-staging-verify
aws:lb/listener:Listener shop-staging-http in LoadBalancer shop-staging
aws:lb/loadBalancer:LoadBalancer shop-staging in LoadBalancer shop-staging
aws:lb/targetGroup:TargetGroup shop-staging in LoadBalancer shop-staging, ignoring port
aws:s3/bucket:Bucket shop-staging-artifacts in ArtifactBucket shop-staging-artifacts (protected)
aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
aws:s3/bucketPolicy:BucketPolicy shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
aws:s3/bucketVersioning:BucketVersioning shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
aws:s3/bucket:Bucket shop-staging-program in BuildProgram shop-staging-program
aws:s3/bucketObjectv2:BucketObjectv2 shop-staging-program in BuildProgram shop-staging-program, kept
aws:s3/bucketPolicy:BucketPolicy shop-staging-program in BuildProgram shop-staging-program
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock shop-staging-program in BuildProgram shop-staging-program
aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration shop-staging-program in BuildProgram shop-staging-program
aws:s3/bucketVersioning:BucketVersioning shop-staging-program in BuildProgram shop-staging-program
aws:servicediscovery/httpNamespace:HttpNamespace shop-staging in EcsCluster shop-staging
aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule shop-staging-balancer-to-tasks in LoadBalancer shop-staging, once in EcsService shop-staging
aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule shop-staging-tasks-out in EcsCluster shop-staging, once in EcsService shop-staging
aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule shop-staging-http-in in LoadBalancer shop-staging
aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule shop-staging-tasks-3000-from-tasks in EcsCluster shop-staging
aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule shop-staging-tasks-8080-from-tasks in EcsCluster shop-staging
aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule shop-staging-tasks-9292-from-tasks in EcsCluster shop-staging
aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule shop-staging-tasks-from-balancer in LoadBalancer shop-staging, once in EcsService shop-staging
awsx:ec2:Vpc shop-staging-vpc in Network shop-staging
compose-ecs-pipeline:index:ActorRole shop-staging-build in BuildProject shop-staging-build
compose-ecs-pipeline:index:ActorRole shop-staging-execution in ContainerRoles shop-staging
compose-ecs-pipeline:index:ActorRole shop-staging-migrate in BuildProject shop-staging-migrate
compose-ecs-pipeline:index:ActorRole shop-staging-pipeline in Pipeline shop-staging
compose-ecs-pipeline:index:ActorRole shop-staging-task in ContainerRoles shop-staging
compose-ecs-pipeline:index:ActorRole shop-staging-verify in BuildProject shop-staging-verify
compose-ecs-pipeline:index:ArtifactBucket shop-staging-artifacts in Pipeline shop-staging
compose-ecs-pipeline:index:BuildProgram shop-staging-program
compose-ecs-pipeline:index:BuildProject shop-staging-build
compose-ecs-pipeline:index:BuildProject shop-staging-migrate
compose-ecs-pipeline:index:BuildProject shop-staging-verify
compose-ecs-pipeline:index:ContainerRoles shop-staging in EcsCluster shop-staging, once in EcsService shop-staging
compose-ecs-pipeline:index:EcsCluster shop-staging
compose-ecs-pipeline:index:EcsService shop-staging
compose-ecs-pipeline:index:EcsService shop-staging-worker
compose-ecs-pipeline:index:ImageRepositories shop-staging
compose-ecs-pipeline:index:LoadBalancer shop-staging, once in EcsService shop-staging
compose-ecs-pipeline:index:Network shop-staging
compose-ecs-pipeline:index:ParameterStore shop-staging
compose-ecs-pipeline:index:Pipeline shop-staging
`;

/** Resources of the database that production's file sets. */
const madeOnProduction = `
aws:ec2/securityGroup:SecurityGroup shop-production-database in Database shop-production-database
aws:rds/instance:Instance shop-production-database in Database shop-production-database, protected, ignoring snapshotIdentifier
aws:rds/parameterGroup:ParameterGroup shop-production-database in Database shop-production-database
aws:rds/subnetGroup:SubnetGroup shop-production-database in Database shop-production-database, ignoring subnetIds
aws:ssm/parameter:Parameter shop-production-DATABASE_URL in ParameterStore shop-production, protected
aws:ssm/parameter:Parameter shop-production-database-password in Database shop-production-database
aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule shop-production-database-from-tasks in EcsCluster shop-production
compose-ecs-pipeline:index:Database shop-production-database
`;

/** Resources that production's configuration adds as well: scaling, alarms, logs, and the endpoint of S3. */
const surroundings = `
aws:appautoscaling/policy:Policy shop-staging-cpu in EcsService shop-staging
aws:appautoscaling/policy:Policy shop-staging-requests in EcsService shop-staging
aws:cloudwatch/metricAlarm:MetricAlarm shop-staging-cpu in EcsService shop-staging
aws:cloudwatch/metricAlarm:MetricAlarm shop-staging-errors in EcsService shop-staging
aws:cloudwatch/metricAlarm:MetricAlarm shop-staging-latency in EcsService shop-staging
aws:cloudwatch/metricAlarm:MetricAlarm shop-staging-memory in EcsService shop-staging
aws:cloudwatch/metricAlarm:MetricAlarm shop-staging-unhealthyHosts in EcsService shop-staging
aws:cloudwatch/metricAlarm:MetricAlarm shop-staging-worker-cpu in EcsService shop-staging-worker
aws:cloudwatch/metricAlarm:MetricAlarm shop-staging-worker-memory in EcsService shop-staging-worker
aws:ec2/flowLog:FlowLog shop-staging-flow-logs in LogBucket shop-staging-flow-logs
aws:ec2/vpcEndpoint:VpcEndpoint shop-staging-s3 in Network shop-staging
aws:s3/bucket:Bucket shop-staging-access-logs in LogBucket shop-staging-access-logs (protected)
aws:s3/bucket:Bucket shop-staging-flow-logs in LogBucket shop-staging-flow-logs (protected)
aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration shop-staging-access-logs in LogBucket shop-staging-access-logs
aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration shop-staging-flow-logs in LogBucket shop-staging-flow-logs
aws:s3/bucketPolicy:BucketPolicy shop-staging-access-logs in LogBucket shop-staging-access-logs
aws:s3/bucketPolicy:BucketPolicy shop-staging-flow-logs in LogBucket shop-staging-flow-logs
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock shop-staging-access-logs in LogBucket shop-staging-access-logs
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock shop-staging-flow-logs in LogBucket shop-staging-flow-logs
aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration shop-staging-access-logs in LogBucket shop-staging-access-logs
aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration shop-staging-flow-logs in LogBucket shop-staging-flow-logs
compose-ecs-pipeline:index:LogBucket shop-staging-access-logs in LoadBalancer shop-staging
compose-ecs-pipeline:index:LogBucket shop-staging-flow-logs
`;

export function linesOf(stack: string, protect: boolean): readonly string[] {
  const own = stack === "production" ? [watched, madeOnProduction, surroundings] : [];
  const lines = [registrations, ...own].flatMap((text) => text.trim().split("\n"));
  return lines.map((text) => text.replaceAll("staging", stack).replace(" (protected)", protect ? ", protected" : ""));
}
