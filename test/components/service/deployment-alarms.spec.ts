import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { alarmKinds, alarmNames, deploymentAlarms } from "../../../components/service/deployment-alarms.ts";
import { seen, settled, startCloud } from "../../support/cloud.ts";

const all = { kinds: alarmKinds, errorPercent: 5, latencySeconds: 2, cpuPercent: 90, memoryPercent: 85 };
const common = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 3, treatMissingData: "notBreaching" };

describe("the alarms that roll a deployment back", () => {
  beforeEach(() => startCloud());

  it("are named after the service; requests can only be measured behind a load balancer", () => {
    expect([
      alarmNames(all, "shop-staging", true),
      alarmNames(all, "shop-staging-worker", false),
      alarmNames({ ...all, kinds: ["latency"] }, "shop-staging-worker", false),
    ]).to.deep.equal([
      [
        "shop-staging-errors",
        "shop-staging-unhealthyHosts",
        "shop-staging-latency",
        "shop-staging-cpu",
        "shop-staging-memory",
      ],
      ["shop-staging-worker-cpu", "shop-staging-worker-memory"],
      [],
    ]);
  });

  it("check three minutes of the service's own targets and tasks", async () => {
    const resourceLabel = pulumi.output("app/shop-staging/0/targetgroup/shop-staging/1");
    deploymentAlarms(
      "shop-staging",
      { settings: all, clusterName: "shop-staging", serviceName: "shop-staging", resourceLabel },
      {},
    );
    await settled();
    const balancer = {
      namespace: "AWS/ApplicationELB",
      period: 60,
      dimensions: { LoadBalancer: "app/shop-staging/0", TargetGroup: "targetgroup/shop-staging/1" },
    };
    const tasks = {
      namespace: "AWS/ECS",
      period: 60,
      statistic: "Average",
      dimensions: { ClusterName: "shop-staging", ServiceName: "shop-staging" },
    };
    expect(seen().map(([, , inputs]) => inputs)).to.deep.equal([
      {
        ...common,
        ...tasks,
        name: "shop-staging-cpu",
        alarmDescription: "The tasks use more than 90 % of their CPU",
        metricName: "CPUUtilization",
        threshold: 90,
      },
      {
        ...common,
        name: "shop-staging-errors",
        alarmDescription: "More than 5 % of the requests are answered with 5xx",
        threshold: 5,
        metricQueries: [
          {
            id: "share",
            expression: "100 * FILL(errors, 0) / requests",
            label: "requests answered with 5xx, in percent",
            returnData: true,
          },
          { id: "errors", metric: { ...balancer, metricName: "HTTPCode_Target_5XX_Count", stat: "Sum" } },
          { id: "requests", metric: { ...balancer, metricName: "RequestCount", stat: "Sum" } },
        ],
      },
      {
        ...common,
        ...balancer,
        name: "shop-staging-latency",
        alarmDescription: "One request in twenty waits for more than 2 s",
        metricName: "TargetResponseTime",
        extendedStatistic: "p95",
        threshold: 2,
      },
      {
        ...common,
        ...tasks,
        name: "shop-staging-memory",
        alarmDescription: "The tasks use more than 85 % of their memory",
        metricName: "MemoryUtilization",
        threshold: 85,
      },
      {
        ...common,
        ...balancer,
        name: "shop-staging-unhealthyHosts",
        alarmDescription: "A task does not answer its health check",
        metricName: "UnHealthyHostCount",
        statistic: "Maximum",
        threshold: 0,
      },
    ]);
  });
});
