import { expect } from "chai";
import { scaling, scalingOf, type ScalingArgs } from "../../../components/service/scaling.ts";
import { cloud, seen, settled, startCloud } from "../../support/cloud.ts";

const asked = (desiredCount?: number, maximumCount?: number) => ({ desiredCount, maximumCount, cpuPercent: 60 });

describe("the counts of the environment's own service", () => {
  const own = (replicas?: number) => ({ name: "", replicas, scaling: undefined });

  it("are the stack's, or the Compose file's, or one, and the maximum is never below them", () => {
    expect([
      scalingOf(asked(), own()),
      scalingOf(asked(), own(3)),
      scalingOf(asked(2), own(3)),
      scalingOf(asked(2, 6), own(3)),
      scalingOf(asked(4, 2), own()),
    ]).to.deep.equal([
      { desiredCount: 1, maximumCount: 1, cpuPercent: 60 },
      { desiredCount: 3, maximumCount: 3, cpuPercent: 60 },
      { desiredCount: 2, maximumCount: 2, cpuPercent: 60 },
      { desiredCount: 2, maximumCount: 6, cpuPercent: 60 },
      { desiredCount: 4, maximumCount: 4, cpuPercent: 60 },
    ]);
  });
});

describe("the counts of another service", () => {
  it("are the Compose file's, whatever the stack sets for its own service", () => {
    const worker = (replicas?: number, maximum?: number) => ({
      name: "worker",
      replicas,
      scaling: maximum === undefined ? undefined : { maximum, cpuPercent: 50 },
    });
    expect([
      scalingOf(asked(4, 8), worker()),
      scalingOf(asked(4, 8), worker(3)),
      scalingOf(asked(4, 8), worker(2, 6)),
      scalingOf(asked(), worker(undefined, 5)),
    ]).to.deep.equal([
      { desiredCount: 1, maximumCount: 1, cpuPercent: 60 },
      { desiredCount: 3, maximumCount: 3, cpuPercent: 60 },
      { desiredCount: 2, maximumCount: 6, cpuPercent: 50 },
      { desiredCount: 1, maximumCount: 5, cpuPercent: 50 },
    ]);
  });
});

describe("the scaling of a service", () => {
  beforeEach(() => startCloud());

  const args: Omit<ScalingArgs, "released"> = {
    clusterName: "shop-staging",
    serviceName: "shop-staging-worker",
    counts: { desiredCount: 2, maximumCount: 6, cpuPercent: 50 },
  };
  const place = {
    resourceId: "service/shop-staging/shop-staging-worker",
    scalableDimension: "ecs:service:DesiredCount",
    serviceNamespace: "ecs",
  };

  const policy = [
    "aws:appautoscaling/policy:Policy",
    "shop-staging-worker-cpu",
    {
      name: "shop-staging-worker-cpu",
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        targetValue: 50,
      },
      ...place,
    },
    {},
  ];
  const target = (bounds: { readonly minCapacity: number; readonly maxCapacity: number }, suspended: boolean) => [
    "aws:appautoscaling/target:Target",
    "shop-staging-worker",
    {
      ...bounds,
      ...place,
      suspendedState: {
        dynamicScalingInSuspended: suspended,
        dynamicScalingOutSuspended: suspended,
        scheduledScalingSuspended: suspended,
      },
    },
    {},
  ];

  it("has bounds and a policy with the service's name after the first release, and nothing is suspended", async () => {
    scaling("shop-staging-worker", { ...args, released: true }, {});
    await settled();
    expect(seen()).to.deep.equal([policy, target({ minCapacity: 2, maxCapacity: 6 }, false)]);
  });

  it("has the same policy before the first release, but a minimum of 0, and all of it is suspended", async () => {
    scaling("shop-staging-worker", { ...args, released: false }, {});
    await settled();
    expect(seen()).to.deep.equal([policy, target({ minCapacity: 0, maxCapacity: 6 }, true)]);
  });

  it("has its scheduled actions before the first release", async () => {
    const schedule = { timeZone: "UTC", entries: [{ cron: "0 19 ? * * *", counts: "off" }] } as const;
    scaling("shop-staging-worker", { ...args, released: false, schedule }, {});
    await settled();
    expect(cloud.map(({ type }) => type.split(":").at(-1))).to.deep.equal(["Policy", "ScheduledAction", "Target"]);
  });

  it("follows the schedule: on and off for every service, numbers only for the environment's own service", async () => {
    const entries = [
      { cron: "0 7 ? * MON-FRI *", counts: "on" },
      { cron: "0 12 ? * MON-FRI *", counts: { minimum: 3, maximum: 9 } },
      { cron: "0 19 ? * MON-FRI *", counts: "off" },
    ] as const;
    const schedule = { timeZone: "Europe/Berlin", entries };
    scaling("shop-staging", { ...args, serviceName: "shop-staging", released: true, schedule }, {});
    scaling("shop-staging-worker", { ...args, released: true, schedule }, {});
    await settled();
    const actions = cloud.filter(({ type }) => type.endsWith(":ScheduledAction"));
    expect(
      actions
        .map(({ inputs }) => [
          String(inputs["resourceId"]).split("/")[2],
          inputs["schedule"],
          inputs["timezone"],
          inputs["scalableTargetAction"],
        ])
        .toSorted(),
    ).to.deep.equal([
      ["shop-staging", "cron(0 12 ? * MON-FRI *)", "Europe/Berlin", { minCapacity: 3, maxCapacity: 9 }],
      ["shop-staging", "cron(0 19 ? * MON-FRI *)", "Europe/Berlin", { minCapacity: 0, maxCapacity: 0 }],
      ["shop-staging", "cron(0 7 ? * MON-FRI *)", "Europe/Berlin", { minCapacity: 2, maxCapacity: 6 }],
      ["shop-staging-worker", "cron(0 19 ? * MON-FRI *)", "Europe/Berlin", { minCapacity: 0, maxCapacity: 0 }],
      ["shop-staging-worker", "cron(0 7 ? * MON-FRI *)", "Europe/Berlin", { minCapacity: 2, maxCapacity: 6 }],
    ]);
  });

  it("leaves the bounds of a sleeping service, and what is suspended, as they are, and keeps its policies", async () => {
    const schedule = { timeZone: "UTC", entries: [{ cron: "0 19 ? * * *", counts: "off" }] } as const;
    scaling("shop-staging-worker", { ...args, released: true, asleep: true, schedule }, {});
    await settled();
    expect(cloud.map(({ type, options }) => [type.split(":").at(-1), options.ignoreChanges])).to.deep.equal([
      ["Policy", undefined],
      ["ScheduledAction", undefined],
      ["Target", ["minCapacity", "maxCapacity", "suspendedState"]],
    ]);
  });
});
