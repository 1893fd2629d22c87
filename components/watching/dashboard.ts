import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Step } from "../build/build-project.ts";
import type { Names } from "../kit/names.ts";
import type { ServicePlan } from "../service/service-plan.ts";
import type { WatchingPlan } from "./notifications.ts";

export interface DashboardArgs {
  readonly names: Names;
  /** The environment's ECS services. */
  readonly plans: readonly Pick<ServicePlan, "service">[];
  /** Name of the load balancer in metrics; undefined if there is none. */
  readonly balancerSuffix: pulumi.Output<string> | undefined;
  /** The projects that the pipeline starts, in the order in which they run. */
  readonly steps: readonly Pick<Step, "projectName">[];
}

/**
 * The dashboard of one environment, and saved queries of its logs, for a person who looks for the cause of a problem.
 */
export class Dashboard extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:Dashboard", name, {}, opts);
    const { names, balancerSuffix } = args;
    const dashboardBody =
      balancerSuffix === undefined
        ? JSON.stringify(bodyOf(args))
        : balancerSuffix.apply((balancer) => JSON.stringify(bodyOf(args, balancer)));
    new aws.cloudwatch.Dashboard(name, { dashboardName: names.dashboard, dashboardBody }, { parent: this });
    for (const [what, queryString] of Object.entries(savedQueries)) {
      new aws.cloudwatch.QueryDefinition(
        `${name}-${what}`,
        { name: `${names.prefix}/${what}`, logGroupNames: [names.logGroup.name], queryString },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** Creates the dashboard if the stack has one, with the load balancer's graphs if there is a load balancer. */
export function dashboardFor(
  name: string,
  { names, services, settings }: WatchingPlan,
  steps: DashboardArgs["steps"],
  balancer: { readonly arnSuffix: pulumi.Output<string> } | undefined,
): void {
  if (settings.dashboard) new Dashboard(name, { names, plans: services, balancerSuffix: balancer?.arnSuffix, steps });
}

/** The dashboard in CloudWatch's format (API reference, "Dashboard body structure"), on its grid of 24 columns. */
function bodyOf(args: DashboardArgs, balancer?: string): object {
  const { region } = args.names.place;
  const requests = balancer === undefined ? [] : [trafficOf(balancer, args), latencyOf(balancer)];
  const use = [useOf(args, "CPUUtilization", "CPU"), useOf(args, "MemoryUtilization", "Memory")];
  const widgets = [...requests, ...use, tasksOf(args), releasesOf(args)].map((graph, at) => ({
    type: "metric",
    x: (at % 2) * 12,
    y: Math.floor(at / 2) * 6,
    width: 12,
    height: 6,
    properties: { region, view: "timeSeries", period: 60, ...graph },
  }));
  return { widgets: [...widgets, errorLog(args, widgets.length * 3)] };
}

type Graph = Readonly<Record<string, unknown>>;

/** Requests by their result; the axis on the right counts verified releases. */
function trafficOf(balancer: string, { names }: DashboardArgs): Graph {
  const metric = (name: string, label: string) => [
    "AWS/ApplicationELB",
    name,
    "LoadBalancer",
    balancer,
    { label, stat: "Sum" },
  ];
  return {
    title: "Requests and errors; releases on the right",
    metrics: [
      metric("RequestCount", "requests"),
      metric("HTTPCode_Target_4XX_Count", "4xx"),
      metric("HTTPCode_Target_5XX_Count", "5xx of the application"),
      metric("HTTPCode_ELB_5XX_Count", "5xx of the balancer"),
      verified(names.verify.name),
    ],
  };
}

function latencyOf(balancer: string): Graph {
  const stats = ["p50", "p95", "p99"];
  return {
    title: "Seconds until the application answers",
    metrics: stats.map((stat) => [
      "AWS/ApplicationELB",
      "TargetResponseTime",
      "LoadBalancer",
      balancer,
      { label: stat, stat },
    ]),
  };
}

function useOf({ names, plans }: DashboardArgs, metric: string, title: string): Graph {
  return {
    title: `${title}, percent of what a task has`,
    yAxis: { left: { min: 0, max: 100 } },
    metrics: plans.map(({ service }) => [...ecs(metric, names.cluster.name, service.name), { label: service.name }]),
  };
}

/** ECS counts a service's tasks by the samples of its use ("Amazon ECS service utilization metrics", use cases). */
function tasksOf({ names, plans }: DashboardArgs): Graph {
  return {
    title: "Running tasks",
    yAxis: { left: { min: 0 } },
    metrics: plans.map(({ service }) => [
      ...ecs("CPUUtilization", names.cluster.name, service.name),
      { label: service.name, stat: "SampleCount" },
    ]),
  };
}

/** Results of the pipeline's steps ("CodeBuild CloudWatch metrics"). */
function releasesOf({ names, steps }: DashboardArgs): Graph {
  return {
    title: "Releases that were verified, and steps that failed",
    yAxis: { left: { min: 0 } },
    period: 300,
    metrics: [
      verified(names.verify.name, "left"),
      ...steps.map(({ projectName }) => [
        "AWS/CodeBuild",
        "FailedBuilds",
        "ProjectName",
        projectName,
        { label: `${projectName} failed`, stat: "Sum" },
      ]),
    ],
  };
}

const verified = (project: string, yAxis = "right") => [
  "AWS/CodeBuild",
  "SucceededBuilds",
  "ProjectName",
  project,
  { label: "released", stat: "Sum", yAxis },
];

const ecs = (metric: string, cluster: string, service: string) => [
  "AWS/ECS",
  metric,
  "ClusterName",
  cluster,
  "ServiceName",
  service,
];

function errorLog({ names }: DashboardArgs, y: number): object {
  const query = `SOURCE '${names.logGroup.name}' | ${savedQueries.errors.replaceAll("\n", " ")}`;
  return {
    type: "log",
    x: 0,
    y,
    width: 24,
    height: 6,
    properties: { region: names.place.region, title: "Errors in the containers' logs", view: "table", query },
  };
}

/** Queries of the containers' logs that are saved in Logs Insights ("CloudWatch Logs Insights query syntax"). */
const savedQueries = {
  errors: [
    "fields @timestamp, @logStream, @message",
    "| filter @message like /(?i)(error|exception|fatal|panic)/",
    "| sort @timestamp desc",
    "| limit 100",
  ].join("\n"),
  newest: ["fields @timestamp, @logStream, @message", "| sort @timestamp desc", "| limit 200"].join("\n"),
  "lines-by-container": [
    "parse @logStream '*/*/*' as family, container, task",
    "| stats count(*) as lines by family, container, bin(5m)",
  ].join("\n"),
} as const;
