import { expect } from "chai";
import { EcsService } from "../../../components/service/ecs-service.ts";
import { cloud, only, settled, startCloud } from "../../support/cloud.ts";
import { plan } from "../../support/plans.ts";
import { container, pair, task } from "../../support/task.ts";
import { argsFor, balanced, thresholds } from "./service-bench.ts";

describe("the ECS service", () => {
  beforeEach(() => startCloud());

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
