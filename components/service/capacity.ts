import type * as aws from "@pulumi/aws";
import type { Spot } from "../../compose/index.ts";

type Capacity = Pick<aws.ecs.ServiceArgs, "launchType" | "capacityProviderStrategies" | "forceNewDeployment">;

/** The properties of where a service's tasks run: on Fargate, or a share of them on Fargate Spot. */
export function capacityOf(spot: Spot | undefined): Capacity {
  if (spot === undefined) return { launchType: "FARGATE" };
  const { percent, base } = spot;
  const proper = { capacityProvider: "FARGATE", weight: 100 - percent, base };
  const spare = { capacityProvider: "FARGATE_SPOT", weight: percent };
  return {
    // A provider of weight 0 places no tasks, and ECS does not accept one next to another provider.
    capacityProviderStrategies: percent === 100 ? [spare] : [proper, spare],
    // Without it, the provider would replace the service when the share changes.
    forceNewDeployment: true,
  };
}
