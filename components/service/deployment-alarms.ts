import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The kinds of alarms that can roll a deployment back, as a stack's configuration names them. */
export const alarmKinds = ["errors", "unhealthyHosts", "latency", "cpu", "memory"] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** Which alarms roll a deployment back, and their thresholds. */
export interface AlarmSettings {
  readonly kinds: readonly AlarmKind[];
  /** Requests that a service may answer with 5xx, in percent. */
  readonly errorPercent: number;
  /** Seconds within which 95 of 100 requests are answered. */
  readonly latencySeconds: number;
  /** Average use of the CPU of all tasks, in percent. */
  readonly cpuPercent: number;
  /** Average use of their memory, in percent. */
  readonly memoryPercent: number;
}

/** Minutes in a row for which a metric must be bad: a single bad minute is normal in a deployment. */
export const alarmMinutes = 3;

/** The names of a service's alarms; a service without a load balancer has only cpu and memory. */
export const alarmNames = ({ kinds }: AlarmSettings, serviceName: string, behindBalancer: boolean): readonly string[] =>
  alarmKinds
    .filter((kind) => kinds.includes(kind) && (behindBalancer || kind === "cpu" || kind === "memory"))
    .map((kind) => `${serviceName}-${kind}`);

export interface DeploymentAlarmsArgs {
  readonly settings: AlarmSettings;
  readonly clusterName: string;
  readonly serviceName: string;
  /** `<load balancer>/<target group>`. @default - the service is not behind a load balancer */
  readonly resourceLabel?: pulumi.Output<string> | undefined;
}

/** Creates the alarms that roll a deployment of a service back; they must exist before the service that names them. */
export function deploymentAlarms(
  name: string,
  args: DeploymentAlarmsArgs,
  opts: pulumi.CustomResourceOptions,
): readonly aws.cloudwatch.MetricAlarm[] {
  const { settings, serviceName, resourceLabel: label } = args;
  const wanted = alarmNames(settings, serviceName, label !== undefined);
  return alarmKinds
    .filter((kind) => wanted.includes(`${serviceName}-${kind}`))
    .map(
      (kind) =>
        new aws.cloudwatch.MetricAlarm(
          `${name}-${kind}`,
          {
            name: `${serviceName}-${kind}`,
            evaluationPeriods: alarmMinutes,
            // There are no requests, or no tasks: neither is the deployment's fault.
            treatMissingData: "notBreaching",
            ...(label !== undefined && kind !== "cpu" && kind !== "memory"
              ? balancerAlarm(kind, settings, dimensionsOf(label))
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

/** The dimensions of a label `app/<balancer>/<id>/targetgroup/<group>/<id>`. */
const dimensionsOf = (label: pulumi.Output<string>): Dimensions =>
  label.apply((text): Record<string, string> => {
    const [LoadBalancer = "", TargetGroup = ""] = text.split("/targetgroup/");
    return { LoadBalancer, TargetGroup: `targetgroup/${TargetGroup}` };
  });

/** "CloudWatch metrics for your Application Load Balancer". */
function balancerAlarm(
  kind: "errors" | "unhealthyHosts" | "latency",
  settings: AlarmSettings,
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
      alarmDescription: `One request in twenty waits for more than ${String(settings.latencySeconds)} s`,
      ...metric,
      metricName: "TargetResponseTime",
      extendedStatistic: "p95",
      comparisonOperator: "GreaterThanThreshold",
      threshold: settings.latencySeconds,
    };
  }
  const sum = (id: string, metricName: string) => ({ id, metric: { ...metric, metricName, stat: "Sum" } });
  return {
    alarmDescription: `More than ${String(settings.errorPercent)} % of the requests are answered with 5xx`,
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
    threshold: settings.errorPercent,
  };
}

/** "Amazon ECS service utilization metrics". */
function taskAlarm(kind: "cpu" | "memory", { settings, clusterName, serviceName }: DeploymentAlarmsArgs): Alarm {
  const [metricName, threshold, what] =
    kind === "cpu"
      ? (["CPUUtilization", settings.cpuPercent, "CPU"] as const)
      : (["MemoryUtilization", settings.memoryPercent, "memory"] as const);
  return {
    alarmDescription: `The tasks use more than ${String(threshold)} % of their ${what}`,
    namespace: "AWS/ECS",
    metricName,
    dimensions: { ClusterName: clusterName, ServiceName: serviceName },
    period: 60,
    statistic: "Average",
    comparisonOperator: "GreaterThanThreshold",
    threshold,
  };
}
