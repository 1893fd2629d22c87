import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EcsService, type EcsServiceArgs } from "../../components/ecs-service.ts";
import { handOver } from "../../components/hand-over.ts";
import { Network } from "../../components/network.ts";
import { ParameterStore } from "../../components/parameter-store.ts";
import { taskTemplate } from "../../components/task-template.ts";
import type { Task } from "../../compose/index.ts";
import { cloud, only, seen, settled, startCloud, valueOf } from "../support/cloud.ts";
import { staging } from "../support/names.ts";
import { task } from "../support/task.ts";

function argsFor(what: Task): EcsServiceArgs {
  const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };
  const parameters = new ParameterStore("shop-staging", {
    path: "/shop/staging",
    existing: { TOKEN: "/shop/staging/TOKEN" },
  });
  const template = taskTemplate({ names: staging, family: staging.family, ...what, parameterNames: parameters.names });
  return {
    names: staging,
    task: what,
    template,
    handOver: handOver({ template, running: undefined, lastBuilt: {} }),
    network: new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing }),
    parameters,
    repositories: { web: pulumi.output("registry/shop/staging/web") },
    scaling: { desiredCount: 1, maximumCount: 1, cpuPercent: 60 },
    healthCheckPath: "/health",
    logRetentionDays: 14,
  };
}

/** What the service itself registers, without what its arguments did. */
const own = () =>
  seen().filter(([, , , options]) => (options as { parent?: string }).parent === "EcsService shop-staging");

describe("the ECS service", () => {
  beforeEach(() => startCloud());

  it("runs the task on Fargate behind the load balancer, with its logs, roles, group and scaling", async () => {
    const service = new EcsService("shop-staging", argsFor(task()));
    await settled();
    expect(own()).to.deep.equal([
      [
        "aws:appautoscaling/target:Target",
        "shop-staging",
        {
          maxCapacity: 1,
          minCapacity: 0,
          resourceId: "service/shop-staging/shop-staging",
          scalableDimension: "ecs:service:DesiredCount",
          serviceNamespace: "ecs",
        },
        { parent: "EcsService shop-staging" },
      ],
      [
        "aws:cloudwatch/logGroup:LogGroup",
        "shop-staging-containers",
        { name: "/ecs/shop-staging", retentionInDays: 14 },
        { parent: "EcsService shop-staging" },
      ],
      [
        "aws:ec2/securityGroup:SecurityGroup",
        "shop-staging-tasks",
        { description: "tasks: in from the load balancer only", vpcId: "vpc-1" },
        { parent: "EcsService shop-staging" },
      ],
      ["aws:ecs/cluster:Cluster", "shop-staging", { name: "shop-staging" }, { parent: "EcsService shop-staging" }],
      [
        "aws:ecs/service:Service",
        "shop-staging",
        {
          cluster: "arn:aws:ecs:us-east-1:000000000000:cluster/shop-staging",
          deploymentCircuitBreaker: { enable: true, rollback: true },
          deploymentMaximumPercent: 200,
          deploymentMinimumHealthyPercent: 100,
          desiredCount: 0,
          enableExecuteCommand: false,
          healthCheckGracePeriodSeconds: 60,
          launchType: "FARGATE",
          loadBalancers: [
            {
              containerName: "web",
              containerPort: 3000,
              targetGroupArn: "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/shop-staging/0",
            },
          ],
          name: "shop-staging",
          networkConfiguration: {
            assignPublicIp: false,
            securityGroups: ["shop-staging-tasks-id"],
            subnets: ["subnet-c"],
          },
          propagateTags: "SERVICE",
          taskDefinition: "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:1",
          waitForSteadyState: false,
        },
        { parent: "EcsService shop-staging", ignoreChanges: ["desiredCount"] },
      ],
      [
        "aws:ecs/taskDefinition:TaskDefinition",
        "shop-staging",
        {
          containerDefinitions: [
            {
              name: "web",
              essential: true,
              environment: [],
              secrets: [],
              portMappings: [{ containerPort: 3000, hostPort: 3000, protocol: "tcp" }],
              dependsOn: [],
              readonlyRootFilesystem: false,
              cpu: 0,
              mountPoints: [],
              volumesFrom: [],
              systemControls: [],
              logConfiguration: {
                logDriver: "awslogs",
                options: {
                  "awslogs-group": "/ecs/shop-staging",
                  "awslogs-region": "us-east-1",
                  "awslogs-stream-prefix": "shop-staging",
                },
              },
              image: "registry/shop/staging/web:latest",
              dockerLabels: {
                "compose-ecs-pipeline.compose": '{"size":"00000000"}',
                "compose-ecs-pipeline.template": "0cece729974eadef",
              },
            },
          ],
          cpu: "256",
          executionRoleArn: "arn:aws:iam::000000000000:role/shop-staging-execution",
          family: "shop-staging",
          memory: "512",
          networkMode: "awsvpc",
          requiresCompatibilities: ["FARGATE"],
          skipDestroy: true,
          taskRoleArn: "arn:aws:iam::000000000000:role/shop-staging-task",
          volumes: [],
        },
        { parent: "EcsService shop-staging" },
      ],
      [
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "shop-staging-balancer-to-tasks",
        {
          fromPort: 3000,
          ipProtocol: "tcp",
          referencedSecurityGroupId: "shop-staging-tasks-id",
          securityGroupId: "shop-staging-balancer-id",
          toPort: 3000,
        },
        { parent: "EcsService shop-staging" },
      ],
      [
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "shop-staging-tasks-out",
        { cidrIpv4: "0.0.0.0/0", ipProtocol: "-1", securityGroupId: "shop-staging-tasks-id" },
        { parent: "EcsService shop-staging" },
      ],
      [
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "shop-staging-tasks-from-balancer",
        {
          fromPort: 3000,
          ipProtocol: "tcp",
          referencedSecurityGroupId: "shop-staging-balancer-id",
          securityGroupId: "shop-staging-tasks-id",
          toPort: 3000,
        },
        { parent: "EcsService shop-staging" },
      ],
      ["compose-ecs-pipeline:index:ContainerRoles", "shop-staging", {}, { parent: "EcsService shop-staging" }],
      ["compose-ecs-pipeline:index:LoadBalancer", "shop-staging", {}, { parent: "EcsService shop-staging" }],
    ]);
    expect(service.url && (await valueOf(service.url))).to.equal("http://shop-staging.us-east-1.elb.amazonaws.com");
    expect(JSON.parse(await valueOf(service.networkConfiguration))).to.deep.equal({
      awsvpcConfiguration: {
        subnets: ["subnet-c"],
        securityGroups: ["shop-staging-tasks-id"],
        assignPublicIp: "DISABLED",
      },
    });
  });

  it("has no load balancer, and lets nothing in, where no container publishes a port", async () => {
    const service = new EcsService("shop-staging", argsFor(task({ entry: undefined })));
    await settled();
    expect(service.url).to.equal(undefined);
    expect(cloud.filter(({ type }) => /^aws:lb|IngressRule/.test(type))).to.deep.equal([]);
    const { inputs } = only("aws:ecs/service:Service");
    expect([inputs["loadBalancers"], inputs["healthCheckGracePeriodSeconds"]]).to.deep.equal([undefined, undefined]);
  });

  it("waits for the listener, since a target group without one takes no service", async () => {
    new EcsService("shop-staging", argsFor(task()));
    await settled();
    expect(only("aws:ecs/service:Service").dependencies).to.deep.equal([
      "Cluster shop-staging",
      "Listener shop-staging-http",
      "SecurityGroup shop-staging-tasks",
      "TargetGroup shop-staging",
      "TaskDefinition shop-staging",
    ]);
  });
});
