import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Notifications, notificationsFor } from "../../../components/watching/notifications.ts";
import { cloud, only, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { args, filesOf } from "./notifications-bench.ts";

describe("notifications", () => {
  beforeEach(() => startCloud());

  it("run the unchanged files of this repository", async () => {
    new Notifications("shop-staging", args);
    await settled();
    const files = filesOf(only("aws:lambda/function:Function").inputs["code"]);
    const here = Object.keys(files).map((file) => [file, readFileSync(`components/watching/notifier/${file}`, "utf8")]);
    expect(files).to.deep.equal(Object.fromEntries(here));
  });

  it("create nothing without an address", async () => {
    const plan = { names: staging, services: [], settings: { emails: [], dashboard: true }, logRetentionDays: 30 };
    expect(notificationsFor("shop-staging", plan, args.steps)).to.deep.equal([]);
    await settled();
    expect(cloud).to.deep.equal([]);
  });

  it("report the environment's alarms, if it has any, when one goes off and when it is over", async () => {
    new Notifications("shop-staging", { ...args, alarms: ["shop-staging-errors"] });
    await settled();
    const rule = only("aws:cloudwatch/eventRule:EventRule", "shop-staging-alarms");
    expect(JSON.parse(rule.inputs["eventPattern"] as string)).to.deep.equal({
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      detail: {
        alarmName: ["shop-staging-errors"],
        $or: [{ state: { value: ["ALARM"] } }, { state: { value: ["OK"] }, previousState: { value: ["ALARM"] } }],
      },
    });
  });
});
