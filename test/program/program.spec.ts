import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { cloud, only, valueOf } from "../support/cloud.ts";
import { runProgram } from "../support/program.ts";
import type { Registration } from "../support/registration.ts";
import { changed, inS3 } from "../support/settings.ts";
import { region } from "../support/cloud-state.ts";

/** A registration in a line: what it is, in what, and with which options. */
function line({ type, name, options }: Registration): string {
  return [
    `${type} ${name}`,
    options.parent === undefined ? "" : ` in ${options.parent}`,
    options.protect === true ? ", protected" : "",
    options.ignoreChanges === undefined ? "" : `, ignoring ${options.ignoreChanges.join(" ")}`,
    options.aliases === undefined ? "" : `, once ${options.aliases.join(" ")}`,
    options.retainOnDelete === true ? ", kept" : "",
  ].join("");
}

/** What only production has, whose own file asks for it. */
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
aws:cloudwatch/logGroup:LogGroup shop-staging-watch in BuildProject shop-staging-watch
aws:codebuild/project:Project shop-staging-build in BuildProject shop-staging-build
aws:codebuild/project:Project shop-staging-migrate in BuildProject shop-staging-migrate
aws:codebuild/project:Project shop-staging-verify in BuildProject shop-staging-verify
aws:codebuild/project:Project shop-staging-watch in BuildProject shop-staging-watch
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
aws:iam/role:Role shop-staging-watch in ActorRole shop-staging-watch
aws:iam/rolePolicy:RolePolicy shop-staging-build-statements in ActorRole shop-staging-build
aws:iam/rolePolicy:RolePolicy shop-staging-execution-statements in ActorRole shop-staging-execution
aws:iam/rolePolicy:RolePolicy shop-staging-migrate-statements in ActorRole shop-staging-migrate
aws:iam/rolePolicy:RolePolicy shop-staging-pipeline-statements in ActorRole shop-staging-pipeline
aws:iam/rolePolicy:RolePolicy shop-staging-verify-statements in ActorRole shop-staging-verify
aws:iam/rolePolicy:RolePolicy shop-staging-watch-statements in ActorRole shop-staging-watch
aws:lb/listener:Listener shop-staging-http in LoadBalancer shop-staging
aws:lb/loadBalancer:LoadBalancer shop-staging in LoadBalancer shop-staging
aws:lb/targetGroup:TargetGroup shop-staging in LoadBalancer shop-staging, ignoring port
aws:s3/bucket:Bucket shop-staging-artifacts in ArtifactBucket shop-staging-artifacts (protected)
aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
aws:s3/bucketPolicy:BucketPolicy shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
aws:s3/bucketVersioning:BucketVersioning shop-staging-artifacts in ArtifactBucket shop-staging-artifacts
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
compose-ecs-pipeline:index:ActorRole shop-staging-watch in BuildProject shop-staging-watch
compose-ecs-pipeline:index:ArtifactBucket shop-staging-artifacts in Pipeline shop-staging
compose-ecs-pipeline:index:BuildProject shop-staging-build
compose-ecs-pipeline:index:BuildProject shop-staging-migrate
compose-ecs-pipeline:index:BuildProject shop-staging-verify
compose-ecs-pipeline:index:BuildProject shop-staging-watch
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

/** What production's file asks for besides. */
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

/** What production's own configuration adds beside: alarms, logs, and the way to S3 inside. */
const surroundings = `
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

function linesOf(stack: string, protect: boolean): readonly string[] {
  const own = stack === "production" ? [watched, madeOnProduction, surroundings] : [];
  const lines = [registrations, ...own].flatMap((text) => text.trim().split("\n"));
  return lines.map((text) => text.replaceAll("staging", stack).replace(" (protected)", protect ? ", protected" : ""));
}

describe("the program", () => {
  for (const [stack, protect] of [
    ["staging", false],
    ["production", true],
  ] as const) {
    it(`makes ${stack}, every resource in its component, ${protect ? "with" : "without"} protection`, async () => {
      await runProgram({ stack });
      expect(cloud.map(line).toSorted()).to.deep.equal(linesOf(stack, protect).toSorted());
    });
  }

  it("keeps the events of every log group for as long as it is told", async () => {
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:logRetentionDays": "7" } });
    const groups = cloud.filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map(({ inputs }) => [inputs["name"], inputs["retentionInDays"]])).to.deep.equal([
      ["/aws/codebuild/shop-staging-build", 7],
      ["/ecs/shop-staging", 7],
      ["/aws/codebuild/shop-staging-migrate", 7],
      ["/aws/codebuild/shop-staging-verify", 7],
      ["/aws/codebuild/shop-staging-watch", 7],
    ]);
  });

  const connection = "aws:codeconnections/connection:Connection shop-staging";
  for (const sourceProvider of ["GitLab", "Bitbucket"]) {
    it(`makes the same for a source at ${sourceProvider}, with a connection to it`, async () => {
      await runProgram({ stack: "staging", config: changed({ sourceProvider }) });
      expect(cloud.map(line).toSorted()).to.deep.equal(linesOf("staging", false).toSorted());
      expect(only("aws:codeconnections/connection:Connection").inputs).to.deep.equal({
        name: "shop-staging",
        providerType: sourceProvider,
      });
    });
  }

  for (const [title, change] of [
    ["CodeCommit", { sourceProvider: "CodeCommit", sourceRepository: "shop" }],
    ["S3", inS3],
  ] as const) {
    it(`makes for a source in ${title} a rule that starts the pipeline, with a role of its own, and no connection`, async () => {
      await runProgram({ stack: "staging", config: changed(change) });
      const others = linesOf("staging", false).filter((text) => text !== connection);
      const rule = [
        "aws:cloudwatch/eventRule:EventRule shop-staging-start in EventTrigger shop-staging-start",
        "aws:cloudwatch/eventTarget:EventTarget shop-staging-start in EventTrigger shop-staging-start",
        "aws:iam/role:Role shop-staging-start in ActorRole shop-staging-start",
        "aws:iam/rolePolicy:RolePolicy shop-staging-start-statements in ActorRole shop-staging-start",
        "compose-ecs-pipeline:index:ActorRole shop-staging-start in EventTrigger shop-staging-start",
        "compose-ecs-pipeline:index:EventTrigger shop-staging-start in Pipeline shop-staging",
      ];
      expect(cloud.map(line).toSorted()).to.deep.equal([...others, ...rule].toSorted());
    });
  }

  it("shows a person who approves what the source calls its revision, and tells the build what that is", async () => {
    const facts = [];
    for (const change of [{ tags: '["v*"]' }, { sourceProvider: "CodeCommit", sourceRepository: "shop" }, inS3]) {
      await runProgram({ stack: "staging", config: changed({ ...change, approval: "true" }) });
      const stages = only("aws:codepipeline/pipeline:Pipeline").inputs["stages"] as {
        name: string;
        actions: { configuration: { CustomData: string } }[];
      }[];
      const { environment } = only("aws:codebuild/project:Project", "shop-staging-build").inputs as {
        environment: { environmentVariables: { name: string; value: string }[] };
      };
      facts.push([
        stages.find(({ name }) => name === "Approve")?.actions[0]?.configuration.CustomData,
        environment.environmentVariables.find(({ name }) => name === "SOURCE_REVISION")?.value,
      ]);
    }
    expect(facts).to.deep.equal([
      ["Release #{SourceVariables.CommitId}: #{SourceVariables.CommitMessage}", "commit"],
      [
        "Release #{SourceVariables.CommitId} of #{SourceVariables.BranchName}: #{SourceVariables.CommitMessage}",
        "commit",
      ],
      ["Release version #{SourceVariables.VersionId} of #{SourceVariables.ObjectKey}", "version"],
    ]);
  });

  it("gives each environment its branch, approval, network, size and count", async () => {
    const facts = [];
    for (const stack of ["staging", "production"]) {
      await runProgram({ stack });
      const service = only("aws:ecs/service:Service", `shop-${stack}`).inputs;
      const task = only("aws:ecs/taskDefinition:TaskDefinition", `shop-${stack}`).inputs;
      const pipeline = only("aws:codepipeline/pipeline:Pipeline").inputs;
      facts.push({
        branch: pipeline["triggers"],
        stages: (pipeline["stages"] as { name: string; actions: { name: string }[] }[]).map(({ name, actions }) => [
          name,
          ...actions.map((action) => action.name),
        ]),
        natGateways: only("awsx:ec2:Vpc").inputs["natGateways"],
        publicAddress: (service["networkConfiguration"] as { assignPublicIp: boolean }).assignPublicIp,
        count: service["desiredCount"],
        size: [task["cpu"], task["memory"]],
        most: only("aws:appautoscaling/target:Target", `shop-${stack}`).inputs["maxCapacity"],
      });
    }
    expect(facts).to.deep.equal([
      {
        branch: [
          {
            gitConfiguration: { pushes: [{ branches: { includes: ["staging"] } }], sourceActionName: "Source" },
            providerType: "CodeStarSourceConnection",
          },
        ],
        stages: [
          ["Source", "Source"],
          ["Build", "Build"],
          ["Release", "Migrate", "Deploy", "Deploy-worker", "Watch", "Verify"],
        ],
        natGateways: { strategy: "None" },
        publicAddress: true,
        count: 0,
        size: ["512", "1024"],
        most: 2,
      },
      {
        branch: [
          {
            gitConfiguration: { pushes: [{ branches: { includes: ["main"] } }], sourceActionName: "Source" },
            providerType: "CodeStarSourceConnection",
          },
        ],
        stages: [
          ["Source", "Source"],
          ["Build", "Build"],
          ["Approve", "Approve"],
          ["Release", "Migrate", "Deploy", "Deploy-worker", "Watch", "Verify"],
        ],
        natGateways: { strategy: "Single" },
        publicAddress: false,
        count: 0,
        size: ["1024", "2048"],
        most: 6,
      },
    ]);
  });

  for (const [stack, inside] of [
    ["staging", []],
    ["production", ["EgressOnlyInternetGateway shop-production-vpc", "NatGateway shop-production-vpc-public-1"]],
  ] as const) {
    it(`has IPv6 on ${stack}, from the address to the tasks' way out, where it is asked for`, async () => {
      const asked = { ipv6: "true", domain: "shop.example.com", hostedZoneId: "Z1" };
      const config = Object.fromEntries(
        Object.entries(asked).map(([key, value]) => [`compose-ecs-pipeline:${key}`, value]),
      );
      await runProgram({ stack, config });
      const prefix = `shop-${stack}`;
      expect(only("aws:lb/loadBalancer:LoadBalancer").inputs["ipAddressType"]).to.equal("dualstack");
      const rules = cloud.filter(({ inputs }) => inputs["cidrIpv6"] === "::/0").map(({ name }) => name);
      expect(rules).to.have.members([`${prefix}-http-in-::/0`, `${prefix}-https-in-::/0`, `${prefix}-tasks-out-ipv6`]);
      const records = cloud.filter(({ type }) => type === "aws:route53/record:Record");
      expect(records.map(({ inputs }) => inputs["type"])).to.have.members(["CNAME", "A", "AAAA"]);
      const subnets = cloud.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
      expect(subnets.map(({ inputs }) => typeof inputs["ipv6CidrBlock"])).to.deep.equal(subnets.map(() => "string"));
      const gateways = cloud.filter(({ type }) => /ec2.*(Egress|Nat)/.test(type));
      expect(gateways.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`)).to.have.members([...inside]);
      expect(cloud.some(({ type }) => type === "awsx:ec2:Vpc")).to.equal(false);
    });
  }

  it("has one output for people and verbs, and for now each of its values alone as well", async () => {
    const { environment, ...alone } = await runProgram({ stack: "staging" });
    const output: unknown = await valueOf(pulumi.output(environment));
    const { format, ...values } = output as Readonly<Record<string, unknown>>;
    const definition = (family: string) => `arn:aws:ecs:${region}:000000000000:task-definition/${family}:1`;
    const uri = (image: string) => `000000000000.dkr.ecr.${region}.amazonaws.com/shop/staging/${image}`;
    const { templates, ...others } = values;
    expect(format).to.equal(1);
    expect(others).to.deep.equal({
      region,
      accountId: "000000000000",
      url: `http://shop-staging.${region}.elb.amazonaws.com`,
      pipelineName: "shop-staging",
      clusterName: "shop-staging",
      serviceNames: ["shop-staging", "shop-staging-worker"],
      releaseFamilies: ["shop-staging-migrate"],
      madeRevisions: Object.fromEntries(
        ["shop-staging", "shop-staging-worker", "shop-staging-migrate"].map((family) => [family, definition(family)]),
      ),
      taskCounts: { "shop-staging": { least: 2, most: 2 }, "shop-staging-worker": { least: 1, most: 1 } },
      deploymentAlarms: [],
      repositories: { proxy: uri("proxy"), web: uri("web") },
      logGroup: "/ecs/shop-staging",
      parameterPath: "/shop/staging",
      rollbackHold: "/shop/staging/.release/rollback-hold",
      verbLock: "/shop/staging/.release/lock",
    });
    expect(Object.keys(templates as object)).to.deep.equal(["shop-staging", "shop-staging-worker"]);
    expect(await valueOf(pulumi.output(alone))).to.deep.equal(values);
  });

  it("hands a secret to one parameter, encrypted, and to nothing else", async () => {
    const secret = randomUUID();
    await runProgram({ stack: "staging", config: { "secrets:DATABASE_URL": secret } });
    const holders = cloud.filter(({ inputs }) => JSON.stringify(inputs).includes(secret));
    expect(holders.map(({ type, name, secrets }) => [type, name, secrets])).to.deep.equal([
      ["aws:ssm/parameter:Parameter", "shop-staging-DATABASE_URL", ["value"]],
    ]);
  });

  it("makes the pipeline last, when all that its first run needs is there", async () => {
    await runProgram({ stack: "staging" });
    const { dependencies } = only("aws:codepipeline/pipeline:Pipeline");
    expect(dependencies).to.include.members([
      "Project shop-staging-build",
      "Project shop-staging-migrate",
      "Project shop-staging-verify",
      "Project shop-staging-watch",
      "RolePolicy shop-staging-pipeline-statements",
      "Service shop-staging",
    ]);
  });

  it("tells people where it is given their addresses: the approval names the topic, which is there before it", async () => {
    await runProgram({
      stack: "production",
      config: { "compose-ecs-pipeline:notificationEmails": '["team@example.com"]' },
    });
    const { inputs, dependencies } = only("aws:codepipeline/pipeline:Pipeline");
    const approve = (inputs["stages"] as { name: string; actions: { configuration: unknown }[] }[])[2];
    expect(approve?.actions.map(({ configuration }) => configuration)).to.deep.equal([
      {
        CustomData:
          "Release #{SourceVariables.CommitId} of #{SourceVariables.BranchName}: #{SourceVariables.CommitMessage}",
        ExternalEntityLink:
          "https://github.com/#{SourceVariables.FullRepositoryName}/commit/#{SourceVariables.CommitId}",
        NotificationArn: `arn:aws:sns:${region}:000000000000:shop-production`,
      },
    ]);
    expect(dependencies).to.include.members(["Topic shop-production", "Function shop-production-notify"]);
  });

  it("lets a run into Release within the window that is configured", async () => {
    const window = "* * 9-16 ? * MON-FRI *";
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:deploymentWindow": window } });
    const stages = only("aws:codepipeline/pipeline:Pipeline").inputs["stages"] as { beforeEntry?: unknown }[];
    expect(stages.map(({ beforeEntry }) => beforeEntry)).to.deep.equal([
      undefined,
      undefined,
      {
        condition: {
          result: "FAIL",
          rules: [
            {
              name: "DeploymentWindow",
              ruleTypeId: { category: "Rule", owner: "AWS", provider: "DeploymentWindow", version: "1" },
              configuration: { Cron: window, TimeZone: "UTC" },
            },
          ],
        },
      },
    ]);
  });

  it("makes no connection where one is given", async () => {
    const connectionArn = "arn:aws:codeconnections:us-east-1:000000000000:connection/0";
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:connectionArn": connectionArn } });
    expect(cloud.filter(({ type }) => type.startsWith("aws:codeconnections/"))).to.deep.equal([]);
    const [source] = only("aws:codepipeline/pipeline:Pipeline").inputs["stages"] as {
      actions: { configuration: unknown }[];
    }[];
    expect(source?.actions.map(({ configuration }) => configuration)).to.deep.equal([
      {
        BranchName: "staging",
        ConnectionArn: "arn:aws:codeconnections:us-east-1:000000000000:connection/0",
        DetectChanges: "false",
        FullRepositoryId: "acme/shop",
        OutputArtifactFormat: "CODE_ZIP",
      },
    ]);
  });
});
