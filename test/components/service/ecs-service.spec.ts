import { expect } from "chai";
import { cloud, only, settled, startCloud } from "../../support/cloud.ts";
import { task } from "../../support/task.ts";
import { balanced, own } from "./service-bench.ts";

describe("the ECS service", () => {
  beforeEach(() => startCloud());

  it("runs the task on Fargate behind the load balancer, with its scaling", async () => {
    balanced(task());
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
          suspendedState: {
            dynamicScalingInSuspended: true,
            dynamicScalingOutSuspended: true,
            scheduledScalingSuspended: true,
          },
        },
        { parent: "EcsService shop-staging" },
      ],
      [
        "aws:ecs/service:Service",
        "shop-staging",
        {
          availabilityZoneRebalancing: "ENABLED",
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
    ]);
  });

  it("has no load balancer, and lets nothing in, if no container publishes a port", async () => {
    balanced(task({ entry: undefined }));
    await settled();
    expect(cloud.filter(({ type }) => /^aws:lb|IngressRule/.test(type))).to.deep.equal([]);
    const { inputs } = only("aws:ecs/service:Service");
    expect([inputs["loadBalancers"], inputs["healthCheckGracePeriodSeconds"]]).to.deep.equal([undefined, undefined]);
  });

  it("waits for the listener, because a service cannot use a target group without one", async () => {
    balanced(task());
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
