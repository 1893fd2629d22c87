import { AwsError } from "../../kit/service.ts";
import type { Input } from "../../kit/service.ts";
import { objects, optional, required } from "../kit/input.ts";

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
  for (const container of containers) {
    checkContainer(container, names, volumesOf(input));
    checkModelled(container);
  }
  for (const volume of objects(input, "volumes")) checkVolume(volume);
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

/** Fields of a container that tasks here support; of the log driver's options, those that change no line. */
const modelled = (
  "name image essential command entryPoint workingDirectory user environment secrets portMappings healthCheck dependsOn " +
  "readonlyRootFilesystem linuxParameters stopTimeout cpu memory memoryReservation mountPoints systemControls " +
  "logConfiguration dockerLabels ulimits restartPolicy interactive pseudoTerminal versionConsistency volumesFrom"
).split(" ");
const modelledLinux = ["initProcessEnabled", "capabilities", "tmpfs"];
const modelledLogging =
  "awslogs-group awslogs-region awslogs-stream-prefix awslogs-create-group mode max-buffer-size".split(" ");

/** Refuses what tasks here do not support: ECS supports it, so a test without it would prove nothing. */
function checkModelled(container: Input): void {
  const unknown = (what: string): never => refuse(`the local cloud does not know ${what} of a container`);
  for (const key of Object.keys(container)) if (!modelled.includes(key)) unknown(key);
  for (const key of Object.keys(container["linuxParameters"] ?? {}))
    if (!modelledLinux.includes(key)) unknown(`linuxParameters.${key}`);
  const { options } = (container["logConfiguration"] ?? {}) as Input;
  for (const key of Object.keys(options ?? {}))
    if (!modelledLogging.includes(key)) unknown(`logConfiguration.options.${key}`);
  if (objects(container, "volumesFrom").length > 0) unknown("volumesFrom");
  // They belong to the pause container, which already exists.
  for (const { namespace } of objects(container, "systemControls"))
    if (String(namespace).startsWith("net.")) unknown(`systemControls ${String(namespace)}`);
}

/** EFSVolumeConfiguration, API reference: IAM needs TLS. */
function checkVolume(volume: Input): void {
  const efs = volume["efsVolumeConfiguration"] as Input | undefined;
  if (efs === undefined) return;
  required(efs, "fileSystemId");
  const { iam, accessPointId } = (efs["authorizationConfig"] ?? {}) as Input;
  if ((iam === "ENABLED" || accessPointId !== undefined) && efs["transitEncryption"] !== "ENABLED")
    refuse("Transit encryption must be enabled when using IAM authorization or an access point.");
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
  for (const container of containers) checkFargateContainer(container);
  if (optional(input, "executionRoleArn") !== undefined) return;
  const needs = (what: string): never =>
    refuse(`Fargate requires task definition to have execution role ARN to support ${what}.`);
  for (const container of containers) {
    if (String(container["image"]).startsWith(`${registryHost}/`)) needs("ECR images");
    if ((container["logConfiguration"] as Input | undefined)?.["logDriver"] === "awslogs") needs("log driver awslogs");
    if (objects(container, "secrets").length > 0) needs("secrets");
  }
}

/** "Amazon ECS task definition differences for Fargate", developer guide; ContainerRestartPolicy, API reference. */
function checkFargateContainer(container: Input): void {
  const { capabilities } = (container["linuxParameters"] ?? {}) as Input;
  const { add = [] } = (capabilities ?? {}) as { readonly add?: readonly string[] };
  if (add.some((name) => name !== "SYS_PTRACE")) refuse("Fargate supports only the capability SYS_PTRACE to be added.");
  if (objects(container, "ulimits").some(({ name }) => name !== "nofile"))
    refuse("Fargate supports only the ulimit nofile.");
  for (const tmpfs of objects((container["linuxParameters"] ?? {}) as Input, "tmpfs")) checkTmpfs(tmpfs);
  const { restartAttemptPeriod: period } = (container["restartPolicy"] ?? {}) as Input;
  if (period !== undefined && (Number(period) < 60 || Number(period) > 1800))
    refuse("restartAttemptPeriod must be between 60 and 1800.");
  const { stopTimeout } = container;
  if (stopTimeout !== undefined && (Number(stopTimeout) < 2 || Number(stopTimeout) > 120))
    refuse("stopTimeout must be between 2 and 120.");
}

/** Options of a tmpfs; a value follows an equals sign, as in Docker (Tmpfs, API reference). */
const tmpfsOptions = (
  "defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime " +
  "nodiratime bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime " +
  "strictatime nostrictatime mode uid gid nr_inodes nr_blocks mpol"
).split(" ");

function checkTmpfs(tmpfs: Input): void {
  if (!required(tmpfs, "containerPath").startsWith("/")) refuse("Tmpfs.containerPath should be an absolute path.");
  if (!Number.isInteger(tmpfs["size"]) || Number(tmpfs["size"]) < 1) refuse("Tmpfs.size should be a positive number.");
  const { mountOptions = [] } = tmpfs as { readonly mountOptions?: readonly string[] };
  const unknown = mountOptions.find((option) => !tmpfsOptions.includes(option.replace(/=.*$/su, "")));
  if (unknown !== undefined) refuse(`Invalid tmpfs mount option '${unknown}'.`);
}

function refuse(message: string): never {
  throw new AwsError("ClientException", message);
}
