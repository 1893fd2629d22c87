import { expect } from "chai";
import { scaling, scalingOf, type ScalingArgs } from "../../components/scaling.ts";
import { seen, settled, startCloud } from "../support/cloud.ts";
import { staging } from "../support/names.ts";

const asked = (desiredCount?: number, maximumCount?: number) => ({ desiredCount, maximumCount, cpuPercent: 60 });

describe("the counts of the environment's own service", () => {
  const own = (replicas?: number) => ({ name: "", replicas, scaling: undefined });

  it("are the stack's, else the Compose file's, else one, and the most is never below them", () => {
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
  it("are the Compose file's, whatever the stack asks for its own", () => {
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
    names: staging,
    service: staging.service("worker"),
    desiredCount: 2,
    maximumCount: 6,
    cpuPercent: 50,
  };
  const place = {
    resourceId: "service/shop-staging/shop-staging-worker",
    scalableDimension: "ecs:service:DesiredCount",
    serviceNamespace: "ecs",
  };

  it("has bounds and a policy of that service's name once something was released", async () => {
    scaling("shop-staging-worker", { ...args, released: true }, {});
    await settled();
    expect(seen()).to.deep.equal([
      [
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
      ],
      ["aws:appautoscaling/target:Target", "shop-staging-worker", { maxCapacity: 6, minCapacity: 2, ...place }, {}],
    ]);
  });

  it("has no lower bound and no policy before the first release", async () => {
    scaling("shop-staging-worker", { ...args, released: false }, {});
    await settled();
    expect(seen()).to.deep.equal([
      ["aws:appautoscaling/target:Target", "shop-staging-worker", { maxCapacity: 6, minCapacity: 0, ...place }, {}],
    ]);
  });
});
