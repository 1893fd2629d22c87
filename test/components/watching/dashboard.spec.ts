import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Dashboard, dashboardFor } from "../../../components/watching/dashboard.ts";
import { cloud, only, seen, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";

const args = {
  names: staging,
  plans: [{ service: staging.service("") }, { service: staging.service("worker") }],
  steps: [{ projectName: "shop-staging-build" }, { projectName: "shop-staging-verify" }],
};

interface Widget {
  readonly x: number;
  readonly y: number;
  readonly type: string;
  readonly properties: { readonly title: string; readonly metrics?: readonly (readonly unknown[])[] };
}

/** The widgets of the dashboard that was registered. */
const widgets = (): readonly Widget[] =>
  (
    JSON.parse(only("aws:cloudwatch/dashboard:Dashboard").inputs["dashboardBody"] as string) as {
      widgets: readonly Widget[];
    }
  ).widgets;

const placed = () => widgets().map(({ x, y, type, properties }) => [x, y, type, properties.title]);

describe("the dashboard", () => {
  beforeEach(() => startCloud());

  it("is created only if the stack has it", async () => {
    const plan = { names: staging, services: args.plans, logRetentionDays: 30 };
    dashboardFor("shop-staging", { ...plan, settings: { emails: [], dashboard: false } }, args.steps, undefined);
    await settled();
    expect(cloud).to.deep.equal([]);
    dashboardFor("shop-staging", { ...plan, settings: { emails: [], dashboard: true } }, args.steps, undefined);
    await settled();
    expect(only("aws:cloudwatch/dashboard:Dashboard").name).to.equal("shop-staging");
  });

  it("is one CloudWatch dashboard, together with saved queries of the containers' logs", async () => {
    new Dashboard("shop-staging", { ...args, balancerSuffix: undefined });
    await settled();
    const own = { parent: "Dashboard shop-staging" };
    const query = (what: string, queryString: string) => [
      "aws:cloudwatch/queryDefinition:QueryDefinition",
      `shop-staging-${what}`,
      { name: `shop-staging/${what}`, logGroupNames: ["/ecs/shop-staging"], queryString },
      own,
    ];
    const [dashboard, ...others] = seen();
    expect(dashboard?.slice(0, 2)).to.deep.equal(["aws:cloudwatch/dashboard:Dashboard", "shop-staging"]);
    expect(others).to.deep.equal([
      query(
        "errors",
        "fields @timestamp, @logStream, @message\n| filter @message like /(?i)(error|exception|fatal|panic)/\n| sort @timestamp desc\n| limit 100",
      ),
      query(
        "lines-by-container",
        "parse @logStream '*/*/*' as family, container, task\n| stats count(*) as lines by family, container, bin(5m)",
      ),
      query("newest", "fields @timestamp, @logStream, @message\n| sort @timestamp desc\n| limit 200"),
      ["compose-ecs-pipeline:index:Dashboard", "shop-staging", {}, {}],
    ]);
  });

  it("shows use, tasks, releases and errors, two graphs in a row, without a load balancer", async () => {
    new Dashboard("shop-staging", { ...args, balancerSuffix: undefined });
    await settled();
    expect(placed()).to.deep.equal([
      [0, 0, "metric", "CPU, percent of what a task has"],
      [12, 0, "metric", "Memory, percent of what a task has"],
      [0, 6, "metric", "Running tasks"],
      [12, 6, "metric", "Releases that were verified, and steps that failed"],
      [0, 12, "log", "Errors in the containers' logs"],
    ]);
    expect(widgets()[2]?.properties.metrics).to.deep.equal([
      [
        "AWS/ECS",
        "CPUUtilization",
        "ClusterName",
        "shop-staging",
        "ServiceName",
        "shop-staging",
        { label: "shop-staging", stat: "SampleCount" },
      ],
      [
        "AWS/ECS",
        "CPUUtilization",
        "ClusterName",
        "shop-staging",
        "ServiceName",
        "shop-staging-worker",
        { label: "shop-staging-worker", stat: "SampleCount" },
      ],
    ]);
    expect(widgets()[3]?.properties.metrics?.map(([, name, , project]) => [name, project])).to.deep.equal([
      ["SucceededBuilds", "shop-staging-verify"],
      ["FailedBuilds", "shop-staging-build"],
      ["FailedBuilds", "shop-staging-verify"],
    ]);
  });

  it("begins with requests and releases, and with latency, if there is a load balancer", async () => {
    new Dashboard("shop-staging", { ...args, balancerSuffix: pulumi.output("app/shop-staging/1") });
    await settled();
    expect(placed().slice(0, 2)).to.deep.equal([
      [0, 0, "metric", "Requests and errors; releases on the right"],
      [12, 0, "metric", "Seconds until the application answers"],
    ]);
    expect(widgets()[0]?.properties.metrics?.map(([, name, , of]) => [name, of])).to.deep.equal([
      ["RequestCount", "app/shop-staging/1"],
      ["HTTPCode_Target_4XX_Count", "app/shop-staging/1"],
      ["HTTPCode_Target_5XX_Count", "app/shop-staging/1"],
      ["HTTPCode_ELB_5XX_Count", "app/shop-staging/1"],
      ["SucceededBuilds", "shop-staging-verify"],
    ]);
  });
});
