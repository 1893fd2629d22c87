import * as pulumi from "@pulumi/pulumi";
import { describeFargateMemory, fargateCpus, isFargateSize, type FargateSize } from "./compose/index.ts";
import type { Architecture } from "./components/architecture.ts";
import type { BaseImage } from "./components/base-images.ts";
import { computeTypes } from "./components/build-project.ts";
import { buildCaches } from "./components/build-step.ts";
import { connectionProviders } from "./components/connection.ts";
import { isTimeZone, isWindow, type DeploymentWindow } from "./components/deployment-window.ts";
import type { ExistingNetwork, NatGateways } from "./components/network.ts";
import { Refusal } from "./components/refusal.ts";
import type { SourceSettings } from "./components/source-stage.ts";

/** Every setting of one environment, typed and checked; Pulumi.yaml describes each key. Nothing else reads configuration. */
export function readSettings() {
  const environment = name("the stack's name", pulumi.getStack());
  const app = name("app", text("app"));
  const prefix = `${app}-${environment}`;
  if (prefix.length > 25)
    refuse("app", app, `at most 25 characters together with "-${environment}"; S3 and ELB allow no more`);
  const parameters = namedParameters(`/${app}/${environment}`);
  return {
    environment,
    app,
    composeFile: `docker-compose-${environment}.yml`,
    source: source(),
    buildspec: text("buildspec"),
    buildTimeoutMinutes: between("buildTimeoutMinutes", 5, 480),
    buildComputeType: word("buildComputeType", computeTypes),
    architecture: word<Architecture>("architecture", ["x86_64", "arm64"]),
    buildCache: word("buildCache", buildCaches),
    baseImages: baseImages(),
    runTests: flag("runTests"),
    testReports: flag("testReports"),
    releaseTimeoutMinutes: between("releaseTimeoutMinutes", 1, 60),
    pollSeconds: between("pollSeconds", 1, 60),
    approval: flag("approval"),
    // A manual approval takes 5 minutes to 60 days (CodePipeline, "Quotas").
    approvalTimeoutMinutes: between("approvalTimeoutMinutes", 5, 86_400),
    deploymentWindow: deploymentWindow(),
    notificationEmails: emails("notificationEmails"),
    protect: flag("protect"),
    scaling: {
      desiredCount: count("desiredCount"),
      maximumCount: count("maximumCount"),
      cpuPercent: between("cpuPercent", 10, 90),
    },
    size: taskSize(),
    smokeTestUrl: optional("smokeTestUrl", /^(\/\S*|https?:\/\/\S+)$/, "a path that begins with /, or a URL"),
    smokeTestAnswer: config().get("smokeTestAnswer") ?? "",
    healthCheckPath: matching("healthCheckPath", /^\/\S*$/, "a path that begins with /"),
    artifactKmsKeyArn: optional("artifactKmsKeyArn", kmsKeyArn, "a KMS key's ARN, arn:aws:kms:REGION:ACCOUNT:key/ID"),
    untaggedImageDays: between("untaggedImageDays", 1, 365),
    logRetentionDays: oneOf("logRetentionDays", logRetention),
    network: {
      vpcCidr: matching(
        "vpcCidr",
        /^\d+\.\d+\.\d+\.\d+\/(1[6-9]|2[0-4])$/,
        "an IPv4 range of /16 to /24, as in 10.0.0.0/16",
      ),
      natGateways: word<NatGateways>("natGateways", ["none", "single", "perZone"]),
      existing: existingNetwork(),
    },
    variables: pairs("variables"),
    ...parameters,
  };
}

const config = () => new pulumi.Config();

/** Days CloudWatch Logs keeps events (PutRetentionPolicy). */
const logRetention = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** A key itself: policies know no aliases. */
const kmsKeyArn = /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/;

/** The user's mistake in one line: which key, what it was, what is allowed. */
function refuse(key: string, value: unknown, allowed: string): never {
  throw new Refusal(
    `Pulumi.${pulumi.getStack()}.yaml: ${key}: ${JSON.stringify(value)} is not allowed; set ${allowed}`,
  );
}

function text(key: string): string {
  const value = config().get(key);
  if (value) return value;
  throw new Refusal(
    `Pulumi.${pulumi.getStack()}.yaml: ${key} is not set; run \`pulumi config set ${key} VALUE --stack ${pulumi.getStack()}\``,
  );
}

function matching(key: string, pattern: RegExp, allowed: string): string {
  const value = text(key);
  return pattern.test(value) ? value : refuse(key, value, allowed);
}

/** A text that may be left empty. */
function optional(key: string, pattern: RegExp, allowed: string): string | undefined {
  return config().get(key) ? matching(key, pattern, allowed) : undefined;
}

function name(key: string, value: string): string {
  return /^[a-z][a-z0-9-]*[a-z0-9]$/.test(value)
    ? value
    : refuse(key, value, "a name of lower-case letters, digits and hyphens, beginning with a letter");
}

function flag(key: string): boolean {
  const value = text(key);
  if (value === "true" || value === "false") return value === "true";
  return refuse(key, value, "true or false");
}

function between(key: string, least: number, most: number): number {
  const value = text(key);
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  return refuse(key, value, `a whole number from ${least} to ${most}`);
}

/** A number of tasks; 0 leaves it to somebody else, as Pulumi.yaml says of each key. */
const count = (key: string): number | undefined => between(key, 0, 1000) || undefined;

function oneOf(key: string, allowed: readonly number[]): number {
  const value = text(key);
  return allowed.includes(Number(value)) ? Number(value) : refuse(key, value, `one of ${allowed.join(", ")}`);
}

/** The providers that read a key of the source. */
const readBy: Readonly<Record<string, readonly SourceSettings["provider"][]>> = {
  sourceRepository: [...connectionProviders, "CodeCommit"],
  branch: [...connectionProviders, "CodeCommit"],
  branches: connectionProviders,
  tags: connectionProviders,
  filePaths: connectionProviders,
  connectionArn: connectionProviders,
  sourceBucket: ["S3"],
  sourceKey: ["S3"],
};

/** Where the code is; a key that its provider does not read is refused: whoever set it meant something by it. */
function source(): SourceSettings {
  const named = text("sourceProvider");
  const provider = [...connectionProviders, "CodeCommit" as const, "S3" as const].find((known) => known === named);
  if (provider === undefined) refuse("sourceProvider", named, "GitHub, GitLab, Bitbucket, CodeCommit or S3");
  for (const [key, providers] of Object.entries(readBy)) {
    const value = config().get(key) ?? "";
    if (providers.includes(provider) || value === "" || value === "[]") continue;
    refuse(
      key,
      value.startsWith("[") ? strings(key) : value,
      `it only where sourceProvider is one of ${providers.join(", ")}; it is ${provider}`,
    );
  }
  if (provider === "S3") {
    return {
      provider,
      bucket: matching("sourceBucket", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket"),
      // The key stands in a policy, where * and ? would mean any text.
      key: matching("sourceKey", /^[^*?]+\.zip$/, "the key of a zip without * and ?, as in shop.zip"),
    };
  }
  const branch = config().get("branch") || "main";
  if (provider === "CodeCommit") {
    return { provider, repository: matching("sourceRepository", /^[\w.-]+$/, "the name alone, as in shop"), branch };
  }
  const repository = matching("sourceRepository", /^[\w.-]+(\/[\w.-]+)+$/, "owner/name, as in acme/shop");
  return { provider, repository, branch, connectionArn: config().get("connectionArn") || undefined, ...pushes(branch) };
}

/** Which pushes start a run: to the branch, unless other branches or tags are given. */
function pushes(branch: string) {
  const [given, tags, filePaths] = [patterns("branches"), patterns("tags"), patterns("filePaths")];
  const branches = given.length === 0 && tags.length === 0 ? [branch] : given;
  if (filePaths.length > 0 && branches.length === 0) {
    refuse("filePaths", filePaths, "branches as well: the push of a tag changes no files");
  }
  return { branches, tags, filePaths };
}

/** Patterns of one filter; those that begin with ! leave out. CodePipeline takes eight of each (GitBranchFilterCriteria). */
function patterns(key: string): readonly string[] {
  const all = strings(key);
  const excludes = all.filter((pattern) => pattern.startsWith("!"));
  if (all.some((pattern) => pattern === "" || pattern === "!")) refuse(key, all, "no empty patterns");
  return Math.max(excludes.length, all.length - excludes.length) <= 8
    ? all
    : refuse(key, all, "at most 8 patterns, and at most 8 that begin with !");
}

function word<Word extends string>(key: string, allowed: readonly Word[]): Word {
  const value = text(key);
  const found = allowed.find((one) => one === value);
  return found ?? refuse(key, value, `${allowed.slice(0, -1).join(", ")} or ${allowed.at(-1) ?? ""}`);
}

/** Images that a build takes from elsewhere: as Dockerfiles name them, and where they come from. */
function baseImages(): readonly BaseImage[] {
  const found = new Map<string, BaseImage>();
  for (const entry of strings("baseImages")) {
    const [, image = "", reference = ""] =
      /^([a-z0-9][\w./:-]*)=([a-z0-9][\w./:@-]*)$/.exec(entry) ??
      refuse("baseImages", entry, "IMAGE=REFERENCE, as in debian:12=public.ecr.aws/docker/library/debian:12");
    if (found.has(image)) refuse("baseImages", entry, `${image} once`);
    found.set(image, { image, reference });
  }
  return [...found.values()];
}

/** The size asked for, or undefined where the Compose file's limits decide. */
function taskSize(): FargateSize | undefined {
  const [cpu, memoryMiB] = [between("taskCpu", 0, 16_384), between("taskMemoryMiB", 0, 122_880)];
  if (cpu === 0 && memoryMiB === 0) return undefined;
  const size = { cpu, memoryMiB };
  return isFargateSize(size)
    ? size
    : fargateCpus.includes(cpu)
      ? refuse("taskMemoryMiB", memoryMiB, `${describeFargateMemory(cpu)}, which Fargate has for taskCpu ${cpu}`)
      : refuse("taskCpu", cpu, `one of ${fargateCpus.join(", ")}, or 0 for both sizes`);
}

function existingNetwork(): ExistingNetwork | undefined {
  const vpcId = config().get("vpcId");
  const [publicSubnetIds, privateSubnetIds] = [strings("publicSubnetIds"), strings("privateSubnetIds")];
  if (!vpcId) {
    const subnets = [...publicSubnetIds, ...privateSubnetIds];
    return subnets.length === 0 ? undefined : refuse("vpcId", "", "the VPC that the given subnets are in");
  }
  if (publicSubnetIds.length < 2) {
    refuse("publicSubnetIds", publicSubnetIds, "at least two, in different zones: a load balancer needs them");
  }
  return { vpcId, publicSubnetIds, privateSubnetIds };
}

function strings(key: string): readonly string[] {
  const value: unknown = config().getObject(key) ?? [];
  const valid = Array.isArray(value) && value.every((entry) => typeof entry === "string");
  return valid ? value : refuse(key, value, "a list of strings");
}

/** E-mail addresses, each once. */
function emails(key: string): readonly string[] {
  const found = strings(key);
  for (const [index, address] of found.entries()) {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) refuse(key, address, "e-mail addresses, as in team@example.com");
    if (found.indexOf(address) !== index) refuse(key, address, "each address once");
  }
  return found;
}

/** When a run may enter Release, or undefined where it always may. */
function deploymentWindow(): DeploymentWindow | undefined {
  const cron = config().get("deploymentWindow");
  const timeZone = text("deploymentWindowTimeZone");
  if (!isTimeZone(timeZone)) {
    refuse(
      "deploymentWindowTimeZone",
      timeZone,
      "a region as in Europe/Berlin, UTC as in UTC+05:30, or an abbreviation",
    );
  }
  if (!cron) return undefined;
  if (!isWindow(cron)) {
    const fields = "six or seven cron fields (seconds minutes hours day-of-month month day-of-week year)";
    refuse("deploymentWindow", cron, `${fields}, as in * * 9-16 ? * MON-FRI *`);
  }
  return { cron, timeZone };
}

/** A list of NAME=value. */
function pairs(key: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of strings(key)) {
    const [, variable, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(entry) ?? refuse(key, entry, "NAME=value");
    if (found[variable ?? ""] !== undefined) refuse(key, entry, `${variable} once`);
    found[variable ?? ""] = value ?? "";
  }
  return found;
}

/** Refuses a value that somebody set for a variable that is not declared: it would be lost without a word. */
function undeclared(declared: ReadonlySet<string>): void {
  for (const key of Object.keys(pulumi.runtime.allConfig())) {
    const [, namespace, variable = ""] = /^(settings|secrets):(.+)$/.exec(key) ?? [];
    if (namespace === undefined || declared.has(variable)) continue;
    throw new Refusal(
      `Pulumi.${pulumi.getStack()}.yaml: ${key} is set, but ${variable} is not declared; add it to parameters`,
    );
  }
}

/** What the build knows of itself: no stack may declare these. */
const reserved = ["ECS_ENV_NAME", "IMAGE_TAG"];

/** The Compose variables that are parameters: made here from `settings:` and `secrets:`, or there already. */
function namedParameters(path: string) {
  const [settingsOf, secretsOf] = [new pulumi.Config("settings"), new pulumi.Config("secrets")];
  const settings: Record<string, string> = {};
  const secrets: Record<string, pulumi.Output<string>> = {};
  const existing: Record<string, string> = {};
  const plain = pairs("variables");
  for (const entry of strings("parameters")) {
    const [, variable = "", parameter] =
      /^([A-Za-z_]\w*)(?:=(\S+))?$/.exec(entry) ?? refuse("parameters", entry, "NAME or NAME=/name/of/the/parameter");
    if (plain[variable] !== undefined) refuse("parameters", entry, `${variable} either here or in variables`);
    const [setting, secret] = [settingsOf.get(variable), secretsOf.getSecret(variable)];
    if ([parameter, setting, secret].filter((one) => one !== undefined).length > 1) {
      refuse(
        "parameters",
        entry,
        `${variable} in one way only: a parameter's name, settings:${variable} or secrets:${variable}`,
      );
    }
    if (setting !== undefined) settings[variable] = setting;
    else if (secret !== undefined) secrets[variable] = secret;
    else existing[variable] = parameter ?? `${path}/${variable}`;
  }
  undeclared(new Set(Object.keys({ ...settings, ...secrets, ...existing })));
  const declared = [...Object.keys(settings), ...Object.keys(secrets), ...Object.keys(existing)];
  for (const variable of [...declared, ...Object.keys(plain)]) {
    if (reserved.includes(variable)) refuse("variables", variable, "another name: the build sets this one itself");
  }
  const buildParameters = strings("buildParameters");
  for (const variable of buildParameters) {
    if (!declared.includes(variable)) refuse("buildParameters", variable, "variables that are declared in parameters");
  }
  const own = [...Object.keys(settings), ...Object.keys(secrets)].map((variable) => [variable, `${path}/${variable}`]);
  return {
    parameters: { path, settings, secrets, existing },
    parameterNames: { ...existing, ...Object.fromEntries(own) } as Readonly<Record<string, string>>,
    buildParameters,
  };
}
