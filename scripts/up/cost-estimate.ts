import { hoursAMonth, prices } from "./prices.ts";

/** A resource that a stack has or would have. */
export interface PricedResource {
  /** Pulumi's name of the type, for example `aws:ecs/service:Service`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The minimum and maximum number of tasks of an ECS service. */
export interface TaskCount {
  readonly least: number;
  readonly most: number;
}

/** One part of the monthly price. */
export interface CostLine {
  readonly what: string;
  /** US dollars a month. */
  readonly monthly: number;
}

export interface CostEstimate {
  readonly lines: readonly CostLine[];
  readonly monthly: number;
  /** What is billed by use, or has no price here. */
  readonly notCounted: readonly string[];
  /** How some settings would change the price. */
  readonly options: readonly string[];
}

/** The monthly price of an environment without traffic; `counts` are by ECS service. */
export function costEstimate(
  resources: readonly PricedResource[],
  counts: Readonly<Record<string, TaskCount | undefined>>,
): CostEstimate {
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const tasks = of("aws:ecs/taskDefinition:TaskDefinition").flatMap((definition) => {
    const count = counts[definition.name];
    return count === undefined ? [] : [{ definition, count }];
  });
  const running = tasks.reduce((sum, { count }) => sum + count.least, 0);
  const addresses = of("aws:ecs/service:Service").some(hasPublicAddress) ? running : 0;
  const parts: readonly (CostLine | string)[] = [
    ...tasks.map(({ definition, count }) => tasksLine(definition, count)),
    ...several(addresses, "public address of a task", prices.publicIpv4Hour * hoursAMonth),
    ...of("aws:lb/loadBalancer:LoadBalancer").map(balancerLine),
    ...several(of("aws:ec2/natGateway:NatGateway").length, "NAT gateway with its address", natGatewayMonth),
    ...of("aws:ec2/vpcEndpoint:VpcEndpoint").flatMap(endpointLine),
    ...of("aws:rds/instance:Instance").map(databaseLine),
    ...of("aws:rds/cluster:Cluster").map(auroraLine),
    ...of("aws:elasticache/replicationGroup:ReplicationGroup").map(cacheLine),
    ...several(of("aws:cloudwatch/metricAlarm:MetricAlarm").length, "alarm", prices.alarmMonth),
    ...several(of("aws:cloudwatch/dashboard:Dashboard").length, "dashboard", prices.dashboardMonth),
  ];
  const lines = parts.filter((part) => typeof part !== "string");
  return {
    lines,
    monthly: lines.reduce((sum, line) => sum + line.monthly, 0),
    notCounted: [...parts.filter((part) => typeof part === "string"), ...byUse(of("aws:codebuild/project:Project"))],
    options: optionsOf(tasks[0]),
  };
}

interface Tasks {
  readonly definition: PricedResource;
  readonly count: TaskCount;
}

const natGatewayMonth = (prices.natGatewayHour + prices.publicIpv4Hour) * hoursAMonth;

/** 1024 CPU units are one vCPU, memory is in MiB; both are texts (ECS API reference, RegisterTaskDefinition). */
function taskMonth({ inputs }: PricedResource): number {
  const { vcpuHour, gibHour } = prices.fargate[isArm(inputs["runtimePlatform"]) ? "arm64" : "x86_64"];
  return ((Number(inputs["cpu"]) / 1024) * vcpuHour + (Number(inputs["memory"]) / 1024) * gibHour) * hoursAMonth;
}

const isArm = (platform: unknown): boolean =>
  (platform as { cpuArchitecture?: string } | undefined)?.cpuArchitecture === "ARM64";

function tasksLine(definition: PricedResource, { least, most }: TaskCount): CostLine {
  const month = taskMonth(definition);
  const size = `${Number(definition.inputs["cpu"]) / 1024} vCPU, ${Number(definition.inputs["memory"]) / 1024} GiB`;
  const more = most > least ? `; up to ${most} tasks, ${dollars(month * most)}` : "";
  return {
    what: `${definition.name}: ${least} task${least === 1 ? "" : "s"} of ${size}${more}`,
    monthly: month * least,
  };
}

function hasPublicAddress({ inputs }: PricedResource): boolean {
  return (inputs["networkConfiguration"] as { assignPublicIp?: boolean } | undefined)?.assignPublicIp === true;
}

/** A load balancer in two zones has two addresses; one capacity unit is included. */
function balancerLine({ inputs }: PricedResource): CostLine {
  const addresses = inputs["internal"] === true ? 0 : 2 * prices.publicIpv4Hour;
  return {
    what: "load balancer with one capacity unit",
    monthly: (prices.loadBalancerHour + prices.capacityUnitHour + addresses) * hoursAMonth,
  };
}

/** A gateway endpoint costs nothing. */
function endpointLine({ inputs }: PricedResource): readonly CostLine[] {
  if (inputs["vpcEndpointType"] !== "Interface") return [];
  const zones = Array.isArray(inputs["subnetIds"]) ? inputs["subnetIds"].length : 2;
  const service = String(inputs["serviceName"]).split(".").slice(3).join(".");
  return [{ what: `endpoint ${service} in ${zones} zones`, monthly: prices.endpointHour * zones * hoursAMonth }];
}

function databaseLine({ inputs }: PricedResource): CostLine | string {
  const instanceClass = String(inputs["instanceClass"]);
  const hour = prices.databaseHour[instanceClass];
  if (hour === undefined) return `the database: no price for ${instanceClass} is known here`;
  const gib = Number(inputs["allocatedStorage"]);
  const several = inputs["multiAz"] === true ? 2 : 1;
  return {
    what: `database ${instanceClass} with ${gib} GiB${several === 2 ? " in two zones" : ""}`,
    monthly: (hour * hoursAMonth + prices.databaseGibMonth * gib) * several,
  };
}

function auroraLine({ inputs }: PricedResource): CostLine {
  const scaling = inputs["serverlessv2ScalingConfiguration"] as { minCapacity?: number; maxCapacity?: number };
  const { minCapacity = 0, maxCapacity = minCapacity } = scaling;
  const unit = prices.auroraUnitHour * hoursAMonth;
  return {
    what: `Aurora with ${minCapacity} capacity units; up to ${maxCapacity}, ${dollars(unit * maxCapacity)}`,
    monthly: unit * minCapacity,
  };
}

function cacheLine({ inputs }: PricedResource): CostLine | string {
  const nodeType = String(inputs["nodeType"]);
  const hour = prices.cacheHour[nodeType];
  if (hour === undefined) return `the cache: no price for ${nodeType} is known here`;
  const nodes = Number(inputs["numCacheClusters"] ?? 1);
  return { what: `cache of ${nodes} ${nodeType}`, monthly: hour * nodes * hoursAMonth };
}

function several(count: number, what: string, monthly: number): readonly CostLine[] {
  if (count === 0) return [];
  return [{ what: count === 1 ? what : `${what}, ${count} times`, monthly: monthly * count }];
}

function byUse(projects: readonly PricedResource[]): readonly string[] {
  const [build] = projects;
  const host = (build?.inputs["environment"] as { computeType?: string } | undefined)?.computeType ?? "";
  const minute = prices.buildMinute[host];
  return [
    minute === undefined ? "builds, by the minute" : `builds, ${cents(minute)} a minute`,
    `logs, ${cents(prices.logGib)} a GB; images, ${cents(prices.imageGibMonth)} a GB and month; traffic`,
  ];
}

/** How settings would change the price, for the task of the first ECS service. */
function optionsOf(first: Tasks | undefined): readonly string[] {
  const nat = `natGateways: ${dollars(natGatewayMonth)} each`;
  if (first === undefined) return [nat];
  const month = taskMonth(first.definition);
  const { vcpuHour, gibHour } = prices.fargate.x86_64;
  const saved = 1 - (prices.fargate.arm64.vcpuHour + prices.fargate.arm64.gibHour) / (vcpuHour + gibHour);
  return [
    `desiredCount: ${dollars(month)} for each further task of ${first.definition.name}`,
    `architecture: arm64 takes ${Math.round(saved * 100)} % off the tasks`,
    `x-ecs.spot: up to ${Math.round((1 - prices.spotShare) * 100)} % off the tasks that run on Spot`,
    nat,
  ];
}

/** An amount in US dollars, in words. */
export const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

const cents = (amount: number): string => `$${amount}`;
