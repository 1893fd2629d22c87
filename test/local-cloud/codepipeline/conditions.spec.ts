import { expect } from "chai";
import { checkPipeline } from "../../../local-cloud/codepipeline/check-pipeline.ts";
import { type Action, automaticRetry, remaining, type Stage } from "../../../local-cloud/codepipeline/declaration.ts";
import { isOpen, readWindow } from "../../../local-cloud/codepipeline/deployment-window.ts";
import { reenter } from "../../../local-cloud/codepipeline/stage-gate.ts";

const action = (name: string, more: Partial<Action> = {}): Action => ({
  name,
  actionTypeId: { category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" },
  configuration: { ProjectName: name },
  ...more,
});
const window = (configuration: Readonly<Record<string, string>>, more: object = {}) => ({
  result: "FAIL",
  rules: [
    {
      name: "Window",
      ruleTypeId: { category: "Rule", owner: "AWS", provider: "DeploymentWindow", version: "1" },
      configuration,
      ...more,
    },
  ],
});

describe("a retry of a stage (CodePipeline user guide, Configure stage retry)", () => {
  const stage: Stage = {
    name: "Release",
    actions: [action("Migrate"), action("Deploy", { runOrder: 2 }), action("Verify", { runOrder: 2 })],
  };
  const ran = (...outcomes: readonly string[]) =>
    outcomes.map((outcome) => {
      const [name = "", status = ""] = outcome.split(" ");
      return { action: { name }, status };
    });
  const names = ({ actions }: Stage) => actions.map(({ name }) => name);

  it("runs the actions whose latest execution has not succeeded, or all actions", () => {
    const records = ran("Migrate Succeeded", "Verify Succeeded", "Deploy Failed", "Verify Failed");
    expect(names(remaining(stage, records, "FAILED_ACTIONS"))).to.deep.equal(["Deploy", "Verify"]);
    expect(names(remaining(stage, records, "ALL_ACTIONS"))).to.deep.equal(["Migrate", "Deploy", "Verify"]);
  });

  it("happens automatically only when onFailure is RETRY, by default for the failed actions", () => {
    expect([
      automaticRetry(stage),
      automaticRetry({ ...stage, onFailure: { result: "RETRY" } }),
      automaticRetry({ ...stage, onFailure: { result: "RETRY", retryConfiguration: { retryMode: "ALL_ACTIONS" } } }),
    ]).to.deep.equal([undefined, "FAILED_ACTIONS", "ALL_ACTIONS"]);
  });

  it("puts a run back into its stage, past a disabled transition and waiting runs", () => {
    const waiting = { id: "two", number: 2 };
    expect(reenter({ disabled: true, waiting }, { id: "one", number: 1 })).to.deep.equal({
      gate: { disabled: true, waiting, inside: { id: "one", number: 1 } },
    });
  });
});

describe("a deployment window (CodePipeline user guide, rule reference, DeploymentWindow)", () => {
  const open = (Cron: string, moment: string, TimeZone?: string): boolean =>
    isOpen(readWindow(TimeZone === undefined ? { Cron } : { Cron, TimeZone }), new Date(moment));

  it("is open in the minutes and on the days of its expression, by default in UTC", () => {
    const office = "* * 9-16 ? * MON-FRI *";
    // 23 November 2026 is a Monday.
    expect([
      open(office, "2026-11-23T09:00:00Z"),
      open(office, "2026-11-23T16:59:59Z"),
      open(office, "2026-11-23T17:00:00Z"),
      open(office, "2026-11-22T12:00:00Z"),
      open(office, "2026-11-23T08:30:00Z", "Europe/Berlin"),
      open(office, "2026-11-23T16:30:00Z", "Europe/Berlin"),
      open(office, "2026-11-23T14:30:00Z", "UTC+02:30"),
      open(office, "2026-11-23T14:29:00Z", "UTC+02:30"),
      open(office, "2026-07-06T16:30:00Z", "America/New_York"),
    ]).to.deep.equal([true, true, false, false, true, false, false, true, true]);
  });

  it("allows lists, steps, names, numbers and a year", () => {
    expect([
      open("* 0/15,50 * * * ?", "2026-11-23T10:30:00Z"),
      open("* 0/15,50 * * * ?", "2026-11-23T10:50:00Z"),
      open("* 0/15,50 * * * ?", "2026-11-23T10:31:00Z"),
      open("* * * 1-7 DEC ? 2026", "2026-12-07T00:00:00Z"),
      open("* * * 1-7 DEC ? 2026", "2027-12-07T00:00:00Z"),
      open("* * * ? 12 2,4", "2026-12-07T00:00:00Z"),
      open("* * * ? 12 2,4", "2026-12-08T00:00:00Z"),
    ]).to.deep.equal([true, true, false, true, false, true, false]);
  });

  for (const [Cron, message] of [
    [
      "* * 9-17 ? *",
      'Cron: "* * 9-17 ? *" has 5 fields; write six, from seconds to day of the week, and optionally the year',
    ],
    ["0 * * ? * *", 'Cron: seconds "0" are not allowed; write *'],
    ["0/5 * * ? * *", 'Cron: seconds "0/5" are not allowed; write *'],
    [
      "* * 24 ? * *",
      'Cron: hour "24" is not supported by the local cloud; write *, numbers or names, a-b, a/b and lists of them',
    ],
    [
      "* * * L * ?",
      'Cron: day "L" is not supported by the local cloud; write *, numbers or names, a-b, a/b and lists of them',
    ],
    [
      "* * * ? * 6#3",
      'Cron: weekday "6#3" is not supported by the local cloud; write *, numbers or names, a-b, a/b and lists of them',
    ],
    [
      "* * */0 ? * *",
      'Cron: hour "*/0" is not supported by the local cloud; write *, numbers or names, a-b, a/b and lists of them',
    ],
  ] as const) {
    it(`is refused with ${Cron}`, () => {
      expect(() => readWindow({ Cron })).to.throw(message);
    });
  }

  it("is refused in an unknown time zone", () => {
    expect(() => readWindow({ Cron: "* * * ? * *", TimeZone: "Berlin" })).to.throw(
      'TimeZone: "Berlin" is not known; write it as in Europe/Berlin, UTC or UTC+02:00',
    );
  });
});

describe("a stage's conditions (CodePipeline API reference, StageDeclaration)", () => {
  const refusal = (stage: Partial<Stage>, pipelineType = "V2"): string => {
    const source: Action = {
      ...action("Source", { outputArtifacts: [{ name: "Source" }] }),
      actionTypeId: { category: "Source", owner: "AWS", provider: "CodeStarSourceConnection", version: "1" },
      configuration: { ConnectionArn: "arn", FullRepositoryId: "team/shop", BranchName: "main" },
    };
    const stages = [
      { name: "Source", actions: [source] },
      { name: "Build", actions: [action("Build")], ...stage },
    ];
    const place = { name: "shop", roleArn: "arn", artifactStore: { type: "S3", location: "artifacts" } };
    try {
      checkPipeline({ ...place, pipelineType, stages });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return "accepted";
  };
  const office = { Cron: "* * 9-16 ? * MON-FRI", TimeZone: "Europe/Berlin" };

  it("are accepted when the local cloud executes them: RETRY, and entry within a window", () => {
    expect([
      refusal({ onFailure: { result: "RETRY", retryConfiguration: { retryMode: "FAILED_ACTIONS" } } }),
      refusal({ onFailure: { result: "RETRY", retryConfiguration: { retryMode: "ALL_ACTIONS" } } }),
      refusal({ beforeEntry: { conditions: [window(office)] } }),
    ]).to.deep.equal(["accepted", "accepted", "accepted"]);
  });

  it("are refused when AWS would refuse them or the local cloud does something else", () => {
    const [rule] = window(office).rules;
    expect([
      refusal({ onFailure: { result: "RETRY" } }, "V1"),
      refusal({ onFailure: { result: "ROLLBACK" } }),
      refusal({ onFailure: { result: "RETRY", conditions: [window(office)] } }),
      refusal({ onFailure: { result: "RETRY", retryConfiguration: { retryMode: "SOME" } } }),
      refusal({ onSuccess: { conditions: [] } }),
      refusal({ beforeEntry: { conditions: [] } }),
      refusal({ beforeEntry: { conditions: [{ ...window(office), result: "SKIP" }] } }),
      refusal({ beforeEntry: { conditions: [{ result: "FAIL", rules: [] }] } }),
      refusal({
        beforeEntry: {
          conditions: [window(office, { ruleTypeId: { ...rule?.ruleTypeId, provider: "CloudWatchAlarm" } })],
        },
      }),
      refusal({ beforeEntry: { conditions: [window({})] } }),
    ]).to.deep.equal([
      "conditions: only supported for pipelines of type V2",
      "Stage Build: onFailure ROLLBACK: the local cloud executes only RETRY without conditions",
      "Stage Build: onFailure RETRY: the local cloud executes only RETRY without conditions",
      "Stage Build: retryMode SOME: allowed are FAILED_ACTIONS and ALL_ACTIONS",
      "Stage Build: onSuccess: the local cloud does not execute this",
      "Stage Build: beforeEntry takes one condition",
      "Stage Build: beforeEntry SKIP: the local cloud executes only FAIL",
      "Stage Build: a condition takes 1 to 5 rules",
      "Stage Build: rule Window: the local cloud knows only DeploymentWindow, not CloudWatchAlarm",
      'Stage Build: rule Window: Cron: "" has 1 fields; write six, from seconds to day of the week, and optionally the year',
    ]);
  });

  it("are separate from time-outs of actions, which only approvals have, of 5 to 86400 minutes (ActionDeclaration)", () => {
    const approve = (timeoutInMinutes: number): Partial<Stage> => {
      const actionTypeId = { category: "Approval", owner: "AWS", provider: "Manual", version: "1" };
      return { actions: [{ name: "Approve", actionTypeId, timeoutInMinutes }] };
    };
    expect([
      refusal(approve(5)),
      refusal(approve(4)),
      refusal(approve(86_401)),
      refusal({ actions: [action("Build", { timeoutInMinutes: 60 })] }),
    ]).to.deep.equal([
      "accepted",
      "Action Approve: timeoutInMinutes 4 is out of range; choose from 5 to 86400",
      "Action Approve: timeoutInMinutes 86401 is out of range; choose from 5 to 86400",
      "Action Build: timeoutInMinutes is for manual approvals only",
    ]);
  });
});
