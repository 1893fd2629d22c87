import { ecsService } from "../../../local-cloud/ecs/ecs-service.ts";
import { AwsError } from "../../../local-cloud/kit/service.ts";
import type { Input, World } from "../../../local-cloud/kit/service.ts";

/** An ARN of this ECS. */
export const arn = (path: string): string => `arn:aws:ecs:us-east-1:000000000000:${path}`;
/** A role's ARN. */
export const role = (name: string): string => `arn:aws:iam::000000000000:role/${name}`;

/** An ECS whose operations start no task; from its world it uses only region, account and hosts. */
export function quietEcs() {
  const world = {
    region: "us-east-1",
    accountId: "000000000000",
    registryHost: "127.0.0.1:1",
    endpointUrl: "http://127.0.0.1:1",
  };
  const ecs = ecsService({ ...world, log: () => undefined } as unknown as World);
  const call = async (name: string, input: Input): Promise<Record<string, unknown>> =>
    (await ecs.operations[name]?.(input, { accessKeyId: "test", principalArn: "root" })) as Record<string, unknown>;
  const refusal = async (name: string, input: Input): Promise<string> => {
    const error = await call(name, input).catch((thrown: unknown) => thrown);
    return error instanceof AwsError ? `${error.code}: ${error.message}` : `not refused: ${JSON.stringify(error)}`;
  };
  return { ecs, call, refusal };
}

/** A task definition that ECS accepts. */
export const definition = {
  family: "shop",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  containerDefinitions: [{ name: "web", image: "debian:bookworm-slim", portMappings: [{ containerPort: 8080 }] }],
};
