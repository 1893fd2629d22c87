import { expect } from "chai";
import fc from "fast-check";
import { capacityOf } from "../../../components/service/ecs-service.ts";
import { deploymentPercents } from "../../../components/service/deployment-percents.ts";
import type { Update } from "../../../compose/index.ts";

const stop = { order: "stop-first" as const };
const start = { order: "start-first" as const };

function percents(update: Update | undefined, count: number): readonly number[] {
  const { deploymentMinimumHealthyPercent: least, deploymentMaximumPercent: most } = deploymentPercents(update, count);
  return [least, most];
}

describe("the percentages of a deployment", () => {
  it("are those of ECS for order and parallelism", () => {
    const cases = [
      [undefined, 2],
      [{ ...start, parallelism: 0 }, 4],
      [{ ...start, parallelism: 1 }, 4],
      [{ ...start, parallelism: 9 }, 4],
      [{ ...stop, parallelism: 0 }, 4],
      [{ ...stop, parallelism: 1 }, 4],
      [{ ...stop, parallelism: 1 }, 0],
    ] as const;
    expect(cases.map(([update, count]) => percents(update, count))).to.deep.equal([
      [100, 200],
      [100, 200],
      [100, 125],
      [100, 200],
      [0, 100],
      [75, 100],
      [0, 100],
    ]);
  });

  it("leave ECS, which rounds the minimum up and the maximum down, a step of as many whole tasks", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.nat(120), (count, parallelism) => {
        const step = parallelism === 0 ? count : Math.min(parallelism, count);
        const first = deploymentPercents({ ...start, parallelism }, count);
        const last = deploymentPercents({ ...stop, parallelism }, count);
        expect([
          Math.floor((count * first.deploymentMaximumPercent) / 100),
          Math.ceil((count * last.deploymentMinimumHealthyPercent) / 100),
        ]).to.deep.equal([count + step, count - step]);
      }),
    );
  });
});

describe("the capacity of a service", () => {
  it("is Fargate, Fargate with a share on Spot, or Spot alone", () => {
    expect([
      capacityOf(undefined),
      capacityOf({ percent: 30, base: 2 }),
      capacityOf({ percent: 100, base: 0 }),
    ]).to.deep.equal([
      { launchType: "FARGATE" },
      {
        capacityProviderStrategies: [
          { capacityProvider: "FARGATE", weight: 70, base: 2 },
          { capacityProvider: "FARGATE_SPOT", weight: 30 },
        ],
        forceNewDeployment: true,
      },
      { capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 100 }], forceNewDeployment: true },
    ]);
  });
});
