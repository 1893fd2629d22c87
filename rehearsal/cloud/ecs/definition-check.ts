import { AwsError } from "../service.ts";
import type { Input } from "../service.ts";
import { objects, optional, required } from "./input.ts";

/** Memory in MiB that each Fargate CPU size goes with: from, to, step. */
const fargateMemory: Readonly<Record<string, readonly [number, number, number]>> = {
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
  8192: [16384, 61440, 4096],
  16384: [32768, 122880, 8192],
};

/** Whether Fargate has tasks of this size. */
export function isFargateSize(cpu: number, memory: number): boolean {
  if (cpu === 256) return [512, 1024, 2048].includes(memory);
  const [from, to, step] = fargateMemory[cpu] ?? [1, 0, 1];
  return memory >= from && memory <= to && (memory - from) % step === 0;
}

/** Refuses a task definition that ECS would not register. */
export function checkDefinition(input: Input, registryHost: string): void {
  const family = required(input, "family");
  if (!/^[\w-]{1,255}$/u.test(family)) refuse(`Family should not contain any special characters other than - and _.`);
  const containers = objects(input, "containerDefinitions");
  if (containers.length === 0) refuse("Container list cannot be empty.");
  const names = containers.map(
    (container) => optional(container, "name") ?? refuse("Container.name should not be null or empty."),
  );
  for (const container of containers) checkContainer(container, names, volumesOf(input));
  if (new Set(names).size < names.length) refuse("Container names must be unique within a task definition.");
  if (containers.every(({ essential }) => essential === false))
    refuse("A task definition must have at least one essential container.");
  const fargate =
    Array.isArray(input["requiresCompatibilities"]) && input["requiresCompatibilities"].includes("FARGATE");
  if (fargate) checkFargate(input, containers, registryHost);
}

function checkContainer(container: Input, names: readonly string[], volumes: readonly string[]): void {
  if (optional(container, "image") === undefined) refuse("Container.image should not be null or empty.");
  for (const dependency of objects(container, "dependsOn")) {
    const name = optional(dependency, "containerName") ?? "";
    if (!names.includes(name))
      refuse(`Invalid 'dependsOn' setting: container ${name} does not exist in the task definition.`);
  }
  for (const { sourceVolume } of objects(container, "mountPoints")) {
    if (!volumes.includes(String(sourceVolume))) refuse(`Unknown volume '${String(sourceVolume)}'.`);
  }
}

function volumesOf(input: Input): readonly string[] {
  return objects(input, "volumes").map(({ name }) => String(name));
}

function checkFargate(input: Input, containers: readonly Input[], registryHost: string): void {
  if (input["networkMode"] !== "awsvpc") refuse("Fargate only supports network mode ‘awsvpc’.");
  const [cpu, memory] = [Number(input["cpu"]), Number(input["memory"])];
  if (!isFargateSize(cpu, memory))
    refuse(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  if (optional(input, "executionRoleArn") !== undefined) return;
  const needs = (what: string): never =>
    refuse(`Fargate requires task definition to have execution role ARN to support ${what}.`);
  for (const container of containers) {
    if (String(container["image"]).startsWith(`${registryHost}/`)) needs("ECR images");
    if ((container["logConfiguration"] as Input | undefined)?.["logDriver"] === "awslogs") needs("log driver awslogs");
    if (objects(container, "secrets").length > 0) needs("secrets");
  }
}

function refuse(message: string): never {
  throw new AwsError("ClientException", message);
}
