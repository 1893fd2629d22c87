import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EcsCluster } from "../../../components/service/ecs-cluster.ts";
import { EcsService, type EcsServicePlan } from "../../../components/service/ecs-service.ts";
import { balancerEntries } from "../../../components/balancer/balancer-entry.ts";
import { loadBalancerFor } from "../../../components/balancer/load-balancer.ts";
import { Network } from "../../../components/network/network.ts";
import { ParameterStore } from "../../../components/application/parameter-store.ts";
import type { Task } from "../../../compose/index.ts";
import { cloud, only, seen, settled, startCloud } from "../../support/cloud.ts";
import { plainBalancer } from "../../support/balancer.ts";
import { staging } from "../../support/names.ts";
import { plan } from "../../support/plans.ts";
import { application, container, pair, task } from "../../support/task.ts";

const repositories = { web: pulumi.output("registry/shop/staging/web") };

/** Arguments of the service of one of an application's tasks, and of its load balancer. */
function argsFor(what: Task, services: readonly Task[] = [what]) {
  const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };
  const network = new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing });
  const parameters = new ParameterStore("shop-staging", { path: "/shop/staging" });
  return {
    plan: plan(what),
    cluster: new EcsCluster("shop-staging", {
      plan: {
        names: staging,
        application: application({ services, efs: what.efs ?? {} }),
        logRetentionDays: 14,
      },
      network,
      parameters,
      repositories,
    }),
    network,
    repositories,
  };
}

/** A service with the load balancer in front of it, and a plan with what a test changes. */
function balanced(what: Task, more: Partial<EcsServicePlan> = {}): EcsService {
  const args = argsFor(what);
  const { network, cluster } = args;
  const balancer = loadBalancerFor("shop-staging", {
    plan: {
      names: staging,
      entries: balancerEntries([args.plan], undefined),
      settings: plainBalancer,
      logRetentionDays: 14,
      protect: false,
    },
    network,
    cluster,
  });
  return new EcsService("shop-staging", { ...args, plan: { ...args.plan, ...more }, balancer });
}

/** What the service itself registers, without what its arguments did. */
const own = () =>
  seen().filter(([, , , options]) => (options as { parent?: string }).parent === "EcsService shop-staging");

const thresholds = { errorPercent: 5, latencySeconds: 2, cpuPercent: 90, memoryPercent: 90 };

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

  it("replaces tasks as the Compose file says, and gives new ones its grace period", async () => {
    const entry = { container: "web", port: 3000, graceSeconds: 180 };
    const update = { order: "stop-first" as const, parallelism: 1 };
    const scaling = { desiredCount: 3, maximumCount: 3, cpuPercent: 60 };
    balanced(task({ entry, update }), { scaling });
    await settled();
    const { inputs } = only("aws:ecs/service:Service");
    expect([
      inputs["deploymentMinimumHealthyPercent"],
      inputs["deploymentMaximumPercent"],
      inputs["healthCheckGracePeriodSeconds"],
      inputs["availabilityZoneRebalancing"],
    ]).to.deep.equal([66, 100, 180, "DISABLED"]);
  });

  it("can run a share of its tasks on Fargate Spot, in a cluster that has it", async () => {
    new EcsService("shop-staging", argsFor(task({ spot: { percent: 75, base: 1 } })));
    await settled();
    const { inputs } = only("aws:ecs/service:Service");
    expect([inputs["launchType"], inputs["capacityProviderStrategies"], inputs["forceNewDeployment"]]).to.deep.equal([
      undefined,
      [
        { base: 1, capacityProvider: "FARGATE", weight: 25 },
        { capacityProvider: "FARGATE_SPOT", weight: 75 },
      ],
      true,
    ]);
    expect(only("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").inputs).to.deep.equal({
      clusterName: "shop-staging",
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
    expect(only("aws:ecs/taskDefinition:TaskDefinition").dependencies).to.include(
      "ClusterCapacityProviders shop-staging",
    );
  });

  it("mounts EFS volumes over TLS and only with the task role", async () => {
    const efs = { uploads: { uid: 1000, gid: 1000, permissions: "0755" } };
    const mounts = [
      { volume: "tmp", path: "/tmp", readOnly: false },
      { volume: "uploads", path: "/uploads", readOnly: false },
    ];
    const what = task({ containers: [container("web", { mounts })], volumes: ["tmp", "uploads"], efs });
    new EcsService("shop-staging", argsFor(what));
    await settled();
    expect(only("aws:ecs/taskDefinition:TaskDefinition").inputs["volumes"]).to.deep.equal([
      { name: "tmp" },
      {
        name: "uploads",
        efsVolumeConfiguration: {
          fileSystemId: "fs-shop-staging",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: "fsap-shop-staging-uploads", iam: "ENABLED" },
        },
      },
    ]);
  });

  it("can reach other services, and is reached by the names and ports of its containers", async () => {
    const [web, worker] = pair();
    new EcsService("shop-staging-worker", argsFor(worker, [web, worker]));
    await settled();
    const { inputs } = only("aws:ecs/service:Service");
    expect([inputs["name"], inputs["serviceConnectConfiguration"]]).to.deep.equal([
      "shop-staging-worker",
      {
        enabled: true,
        namespace: "arn:aws:servicediscovery:us-east-1:000000000000:namespace/ns-shop-staging",
        services: [
          {
            portName: "worker-9292",
            discoveryName: "worker-9292",
            clientAlias: [{ port: 9292, dnsName: "worker" }],
          },
        ],
      },
    ]);
    const { inputs: definition } = only("aws:ecs/taskDefinition:TaskDefinition");
    const [container] = JSON.parse(String(definition["containerDefinitions"])) as { portMappings: unknown }[];
    expect([definition["family"], container?.portMappings]).to.deep.equal([
      "shop-staging-worker",
      [{ containerPort: 9292, hostPort: 9292, protocol: "tcp", name: "worker-9292" }],
    ]);
    expect(cloud.filter(({ type }) => type.startsWith("aws:lb/"))).to.deep.equal([]);
  });

  it("names the alarms that roll a deployment back, and waits for them", async () => {
    const deploymentAlarms = { kinds: ["errors", "cpu"], ...thresholds } as const;
    balanced(task(), { deploymentAlarms });
    await settled();
    const { inputs, dependencies } = only("aws:ecs/service:Service");
    expect(inputs["alarms"]).to.deep.equal({
      enable: true,
      rollback: true,
      alarmNames: ["shop-staging-errors", "shop-staging-cpu"],
    });
    expect(dependencies).to.include.members(["MetricAlarm shop-staging-errors", "MetricAlarm shop-staging-cpu"]);
  });

  it("scales by requests to the load balancer, and by its schedule, after the first release", async () => {
    balanced(task(), {
      handOver: { ...plan(task()).handOver, released: true },
      scaling: { desiredCount: 1, maximumCount: 3, cpuPercent: 60, requestsPerTarget: 500 },
      schedule: { timeZone: "UTC", entries: [{ cron: "0 7 ? * * *", counts: "on" }] },
    });
    await settled();
    const metrics = cloud.flatMap(({ inputs }) => inputs["targetTrackingScalingPolicyConfiguration"] ?? []);
    expect(metrics).to.deep.equal([
      { predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" }, targetValue: 60 },
      {
        predefinedMetricSpecification: {
          predefinedMetricType: "ALBRequestCountPerTarget",
          resourceLabel: "app/shop-staging/0/targetgroup/shop-staging/0",
        },
        targetValue: 500,
      },
    ]);
    expect(only("aws:appautoscaling/scheduledAction:ScheduledAction").inputs["scalableTargetAction"]).to.deep.equal({
      minCapacity: 1,
      maxCapacity: 3,
    });
  });
});
