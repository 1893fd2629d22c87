import { balancerOf, type Balancer } from "./balancer.ts";
import { field, mapping, number, text } from "./fields.ts";
import type { Position, Report } from "./problem.ts";
import type { Mapping } from "./tree.ts";

/** What a service says under `x-ecs`, for which Compose has no word. */
export interface Ecs {
  /** The ECS service whose tasks hold the container; empty for the environment's own. */
  readonly service: string;
  /** How that ECS service scales, and where the file says so. */
  readonly scaling?: ServiceScaling & { readonly at: Position };
  /** How the load balancer treats what it sends to the container's published port. */
  readonly balancer?: Balancer;
}

/** Target tracking of one ECS service. */
export interface ServiceScaling {
  /** Most tasks; the least are `deploy.replicas`. */
  readonly maximum: number;
  /** Average CPU use, in percent, that scaling keeps. */
  readonly cpuPercent: number;
}

const defaultCpuPercent = 60;

/** The `x-ecs` of a service. */
export function ecsOf(keys: Mapping, report: Report): Ecs {
  const value = field(keys, "x-ecs")?.value;
  const options = value && mapping(value, '"x-ecs"', ["service", "scaling", "balancer"], report);
  if (value === undefined || options === undefined) return { service: "" };
  if (options.entries.length === 0) report(value.at, '"x-ecs" says nothing; write "service", or remove it');
  const service = serviceOf(options, report);
  const { scaling } = scalingOf(options, report);
  if (scaling !== undefined && service === "") {
    report(
      scaling.at,
      'the environment\'s own ECS service scales as the stack\'s configuration says (maximumCount); name an ECS service with "service", or remove "scaling"',
    );
  }
  const balancer = balancerOf(options, report);
  return { service, ...(scaling && { scaling }), ...(balancer && { balancer }) };
}

function serviceOf(options: Mapping, report: Report): string {
  const service = field(options, "service")?.value;
  const name = service && text(service, '"service" of "x-ecs"', report);
  if (service === undefined || name === undefined) return "";
  if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(name)) {
    report(
      service.at,
      `"${name}" cannot name an ECS service; use 2 to 32 lower-case letters, digits and hyphens, beginning with a letter`,
    );
  }
  return name;
}

function scalingOf(options: Mapping, report: Report): Pick<Ecs, "scaling"> {
  const value = field(options, "scaling")?.value;
  const scaling = value && mapping(value, '"scaling" of "x-ecs"', ["maximum", "cpu_percent"], report);
  if (value === undefined || scaling === undefined) return {};
  const maximum = field(scaling, "maximum")?.value;
  if (maximum === undefined) {
    report(value.at, '"scaling" of "x-ecs" has no most tasks; write "maximum"');
    return {};
  }
  const percent = field(scaling, "cpu_percent")?.value;
  return {
    scaling: {
      at: value.at,
      maximum: number(maximum, '"maximum"', whole(1, 1000), report) ?? 1,
      cpuPercent:
        percent === undefined
          ? defaultCpuPercent
          : (number(percent, '"cpu_percent"', whole(10, 90), report) ?? defaultCpuPercent),
    },
  };
}

const whole = (least: number, most: number) => ({
  accepts: (given: number) => Number.isInteger(given) && given >= least && given <= most,
  allowed: `a whole number from ${least} to ${most}`,
});
