import { balancerOf, type Balancer } from "./balancer.ts";
import { seconds } from "../tree/duration.ts";
import { field, mapping, number, text } from "../tree/fields.ts";
import { policyOf, type PolicyStatement } from "./policy.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping } from "../tree/tree.ts";

/** The settings of a service under `x-ecs`, for which Compose has no key. */
export interface Ecs {
  /** The ECS service whose tasks hold the container; empty for the environment's own. */
  readonly service: string;
  /** How that ECS service scales, and the place in the file. */
  readonly scaling?: ServiceScaling & Placed;
  /** Which of its tasks run on Fargate Spot. */
  readonly spot?: Spot & Placed;
  /**
   * Which requests the load balancer sends to the container's published port, and for how long it stays with one task.
   */
  readonly balancer?: Balancer;
  /** How long after a task's start the balancer's health checks are ignored. */
  readonly grace?: Grace & Placed;
  /** The image of the container that writes the service's `secrets` and `configs`. */
  readonly filesImage?: FilesImage;
  /** What the containers of the environment may do on AWS. */
  readonly policy?: readonly PolicyStatement[];
  /** The place of `x-ecs`, for problems with the service's role. */
  readonly at?: Position;
}

interface Placed {
  readonly at: Position;
}

/** Target tracking of one ECS service. */
export interface ServiceScaling {
  /** Maximum number of tasks; the minimum is `deploy.replicas`. */
  readonly maximum: number;
  /** Average CPU use in percent that scaling aims at. */
  readonly cpuPercent: number;
}

/** The share of an ECS service's tasks on Fargate Spot, which AWS may stop with a warning of two minutes. */
export interface Spot {
  /** Share of the tasks beyond `base`, in percent. */
  readonly percent: number;
  /** Number of tasks that never run on Fargate Spot. */
  readonly base: number;
}

/** The image of the container that writes the files of a service, and the place in the Compose file. */
export interface FilesImage {
  readonly reference: string;
  readonly at: Position;
}

/** The time after a task's start during which the balancer's health checks are ignored. */
export interface Grace {
  readonly seconds: number;
}

const defaultCpuPercent = 60;

/** Every key of a service's `x-ecs`, and what it is. */
export const ecsKeys = {
  service: "the ECS service whose tasks hold the container; without it, the environment's own",
  scaling:
    "`maximum` number of tasks, and the average CPU use in `cpu_percent` (60 if left out) that scaling aims at; the minimum is `deploy.replicas`",
  spot: "`percent` of the tasks run on Fargate Spot, except the first `base` tasks (0 if left out), which never do",
  balancer:
    "`paths` and `hosts`: which requests come to this service, where several publish a port; `sticky`: how long a client stays with one task",
  health_check_grace:
    "time after a task's start during which the balancer's health checks are ignored; 60 s if left out",
  files_image:
    "the image of the container that writes `secrets` and `configs` of the service: one with `sh`, `mkdir`, `chown` and `chmod`; busybox of `public.ecr.aws` if left out",
  policy:
    "a list of `actions` and `resources`: what the task role may do; one role serves all containers of the environment",
} as const;

/** The `x-ecs` of a service. */
export function ecsOf(keys: Mapping, report: Report): Ecs {
  const value = field(keys, "x-ecs")?.value;
  const options = value && mapping(value, '"x-ecs"', Object.keys(ecsKeys), report);
  if (value === undefined || options === undefined) return { service: "" };
  if (options.entries.length === 0) report(value.at, '"x-ecs" is empty; write "service", or remove it');
  const service = serviceOf(options, report);
  const scaling = scalingOf(options, report);
  if (scaling !== undefined && service === "") {
    report(
      scaling.at,
      'the environment\'s own ECS service scales as the stack\'s configuration says (maximumCount); name an ECS service with "service", or remove "scaling"',
    );
  }
  const parts = {
    scaling,
    spot: spotOf(options, report),
    balancer: balancerOf(options, report),
    grace: graceOf(options, report),
    filesImage: filesImageOf(options, report),
    policy: policyOf(options, report),
  };
  const said = Object.entries(parts).filter(([, part]) => part !== undefined);
  return { service, at: value.at, ...(Object.fromEntries(said) as Partial<Ecs>) };
}

function serviceOf(options: Mapping, report: Report): string {
  const service = field(options, "service")?.value;
  const name = service && text(service, '"service" of "x-ecs"', report);
  if (service === undefined || name === undefined) return "";
  if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(name)) {
    report(
      service.at,
      `"${name}" cannot be the name of an ECS service; use 2 to 32 lower-case letters, digits and hyphens, beginning with a letter`,
    );
  }
  return name;
}

function scalingOf(options: Mapping, report: Report): Ecs["scaling"] {
  const value = field(options, "scaling")?.value;
  const scaling = value && mapping(value, '"scaling" of "x-ecs"', ["maximum", "cpu_percent"], report);
  if (value === undefined || scaling === undefined) return undefined;
  const maximum = field(scaling, "maximum")?.value;
  if (maximum === undefined) {
    report(value.at, '"scaling" of "x-ecs" has no maximum number of tasks; write "maximum"');
    return undefined;
  }
  const percent = field(scaling, "cpu_percent")?.value;
  return {
    at: value.at,
    maximum: number(maximum, '"maximum"', whole(1, 1000), report) ?? 1,
    cpuPercent:
      percent === undefined
        ? defaultCpuPercent
        : (number(percent, '"cpu_percent"', whole(10, 90), report) ?? defaultCpuPercent),
  };
}

function spotOf(options: Mapping, report: Report): Ecs["spot"] {
  const value = field(options, "spot")?.value;
  const spot = value && mapping(value, '"spot" of "x-ecs"', ["percent", "base"], report);
  if (value === undefined || spot === undefined) return undefined;
  const percent = field(spot, "percent")?.value;
  const base = field(spot, "base")?.value;
  if (percent === undefined) report(value.at, '"spot" of "x-ecs" has no share; write "percent"');
  const share = (percent && number(percent, '"percent"', whole(1, 100), report)) ?? 100;
  const least = (base && number(base, '"base"', whole(0, 1000), report)) ?? 0;
  // A capacity provider of weight 0 places no task, whatever its base (CapacityProviderStrategyItem, API reference).
  if (percent !== undefined && base !== undefined && share === 100 && least > 0)
    report(base.at, '"base" needs some tasks that are not on Fargate Spot; lower "percent" to 99, or remove "base"');
  return { percent: share, base: least, at: value.at };
}

/** Minimum and maximum in seconds; ECS allows much more (CreateService, API reference), but nobody needs it. */
const graceBounds = [0, 7200] as const;

function graceOf(options: Mapping, report: Report): Ecs["grace"] {
  const value = field(options, "health_check_grace")?.value;
  const given = value && seconds(value, '"health_check_grace"', graceBounds, report);
  return value === undefined || given === undefined ? undefined : { seconds: given, at: value.at };
}

const whole = (least: number, most: number) => ({
  accepts: (given: number) => Number.isInteger(given) && given >= least && given <= most,
  allowed: `a whole number from ${least} to ${most}`,
});

/** The image that `files_image` of `x-ecs` names. */
function filesImageOf(options: Mapping, report: Report): FilesImage | undefined {
  const value = field(options, "files_image")?.value;
  const reference = value && text(value, '"files_image" of "x-ecs"', report);
  if (value === undefined || reference === undefined) return undefined;
  if (!/^[\w./:@-]+$/.test(reference))
    report(value.at, `"${reference}" is not the name of an image; write one such as busybox:1.37.0`);
  return { reference, at: value.at };
}
