import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceNames } from "../kit/names.ts";

/** What takes a deployment back, by the names that a stack's configuration has for them. */
export const alarmKinds = ["errors", "unhealthyHosts", "latency", "cpu", "memory"] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** Which alarms end a deployment, and their thresholds. */
export interface AlarmSettings {
  readonly kinds: readonly AlarmKind[];
  /** Requests that a service answers with 5xx, in percent. */
  readonly errorPercent: number;
  /** Seconds within which 95 of 100 requests are answered. */
  readonly latencySeconds: number;
  /** Average use of the CPU of all tasks, in percent. */
  readonly cpuPercent: number;
  /** Average use of their memory, in percent. */
  readonly memoryPercent: number;
}

/** Minutes in a row that a metric is bad: one bad minute is every deployment's right. */
export const alarmMinutes = 3;

/** The name of each alarm of a service that is asked for; one without a load balancer has two kinds at most. */
export const alarmNames = (
  { kinds }: AlarmSettings,
  service: ServiceNames,
  behindBalancer: boolean,
): readonly string[] =>
  alarmKinds
    .filter((kind) => kinds.includes(kind) && (behindBalancer || kind === "cpu" || kind === "memory"))
    .map((kind) => `${service.name}-${kind}`);

export interface DeploymentAlarmsArgs extends AlarmSettings {
  readonly clusterName: string;
  readonly service: ServiceNames;
  /** `<load balancer>/<target group>`. @default - no load balancer is in front */
  readonly resourceLabel?: pulumi.Output<string> | undefined;
}

/** Makes the alarms that take a deployment of a service back; each is there before the service that names it. */
export function deploymentAlarms(
  name: string,
  args: DeploymentAlarmsArgs,
  opts: pulumi.CustomResourceOptions,
): readonly aws.cloudwatch.MetricAlarm[] {
  const { resourceLabel: label } = args;
  const wanted = alarmNames(args, args.service, label !== undefined);
  return alarmKinds
    .filter((kind) => wanted.includes(`${args.service.name}-${kind}`))
    .map(
      (kind) =>
        new aws.cloudwatch.MetricAlarm(
          `${name}-${kind}`,
          {
            name: `${args.service.name}-${kind}`,
            evaluationPeriods: alarmMinutes,
            // Nobody asks, or no task runs: neither is the deployment's fault.
            treatMissingData: "notBreaching",
            ...(label !== undefined && kind !== "cpu" && kind !== "memory"
              ? balancerAlarm(kind, args, dimensionsOf(label))
              : taskAlarm(kind === "memory" ? "memory" : "cpu", args)),
          },
          opts,
        ),
    );
}

type Alarm = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  | "alarmDescription"
  | "comparisonOperator"
  | "dimensions"
  | "extendedStatistic"
  | "metricName"
  | "metricQueries"
  | "namespace"
  | "period"
  | "statistic"
  | "threshold"
>;

type Dimensions = pulumi.Output<Record<string, string>>;

/** A label is `app/<balancer>/<id>/targetgroup/<group>/<id>`. */
const dimensionsOf = (label: pulumi.Output<string>): Dimensions =>
  label.apply((text): Record<string, string> => {
    const [LoadBalancer = "", TargetGroup = ""] = text.split("/targetgroup/");
    return { LoadBalancer, TargetGroup: `targetgroup/${TargetGroup}` };
  });

/** "CloudWatch metrics for your Application Load Balancer". */
function balancerAlarm(
  kind: "errors" | "unhealthyHosts" | "latency",
  args: AlarmSettings,
  dimensions: Dimensions,
): Alarm {
  const metric = { namespace: "AWS/ApplicationELB", period: 60, dimensions };
  if (kind === "unhealthyHosts") {
    return {
      alarmDescription: "A task does not answer its health check",
      ...metric,
      metricName: "UnHealthyHostCount",
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
    };
  }
  if (kind === "latency") {
    return {
      alarmDescription: `One request in twenty waits for more than ${String(args.latencySeconds)} s`,
      ...metric,
      metricName: "TargetResponseTime",
      extendedStatistic: "p95",
      comparisonOperator: "GreaterThanThreshold",
      threshold: args.latencySeconds,
    };
  }
  const sum = (id: string, metricName: string) => ({ id, metric: { ...metric, metricName, stat: "Sum" } });
  return {
    alarmDescription: `More than ${String(args.errorPercent)} % of the requests are answered with 5xx`,
    metricQueries: [
      {
        id: "share",
        expression: "100 * FILL(errors, 0) / requests",
        label: "requests answered with 5xx, in percent",
        returnData: true,
      },
      sum("errors", "HTTPCode_Target_5XX_Count"),
      sum("requests", "RequestCount"),
    ],
    comparisonOperator: "GreaterThanThreshold",
    threshold: args.errorPercent,
  };
}

/** "Amazon ECS service utilization metrics". */
function taskAlarm(kind: "cpu" | "memory", args: DeploymentAlarmsArgs): Alarm {
  const [metricName, threshold, what] =
    kind === "cpu"
      ? (["CPUUtilization", args.cpuPercent, "CPU"] as const)
      : (["MemoryUtilization", args.memoryPercent, "memory"] as const);
  return {
    alarmDescription: `The tasks use more than ${String(threshold)} % of their ${what}`,
    namespace: "AWS/ECS",
    metricName,
    dimensions: { ClusterName: args.clusterName, ServiceName: args.service.name },
    period: 60,
    statistic: "Average",
    comparisonOperator: "GreaterThanThreshold",
    threshold,
  };
}
