import { expect } from "chai";
import { readSettings } from "../../settings.ts";
import { startCloud } from "../support/cloud.ts";
import { loggedBy } from "../support/logged.ts";
import { runProgram } from "../support/program.ts";
import { changed, refusalOf, settingsOf, type Change } from "../support/settings.ts";

const unknown = (name: string) =>
  `Pulumi.staging.yaml: ${name} is not a key, and nothing reads it; remove it, or name it in deliver({ otherKeys })`;

describe("a configured key that the program does not know", () => {
  for (const [given, meant] of [
    ["brnach", "branch"],
    ["desiredcount", "desiredCount"],
    ["databasePerformanceInsight", "databasePerformanceInsights"],
    ["composefile", "composeFiles"],
    ["alarmlatencyseconds", "alarmLatencySeconds"],
  ] as const)
    it(`is refused if it is ${given}, with the name ${meant}`, async () => {
      expect(await refusalOf({ [given]: "x" })).to.equal(
        `Pulumi.staging.yaml: ${given} is not a key; write ${meant}, or name it in deliver({ otherKeys })`,
      );
    });

  it("is noted if it is not similar to any", async () => {
    expect((await settingsOf({ queueName: "x", alertChannel: "y" })).notes).to.deep.equal(
      ["alertChannel", "queueName"].map(unknown),
    );
  });

  it("is neither refused nor noted if the team's own program names it, or if it has another namespace", async () => {
    const notesWith = async (change: Change, otherKeys: readonly string[]) => {
      await startCloud({ config: changed(change) });
      return readSettings({ otherKeys }).notes;
    };
    expect([
      await notesWith({ queueName: "x", brnach: "y", "aws:brnach": "z" }, ["queueName", "brnach", "notSet"]),
      await notesWith({ queueName: "x", "other:queueName": "y" }, []),
    ]).to.deep.equal([[], [unknown("queueName")]]);
  });

  it("may not have the name of a known one in the team's own program", async () => {
    await startCloud({ config: changed({}) });
    expect(() => readSettings({ otherKeys: ["queueName", "branch"] })).to.throw(
      "deliver({ otherKeys }): branch is a key of compose-ecs-pipeline; take another name",
    );
  });

  it("is reported once as a warning by a run of the program", async () => {
    const logged = await loggedBy(() =>
      runProgram({ stack: "staging", config: { "compose-ecs-pipeline:queueName": "x" } }),
    );
    expect(logged.filter((line) => line.includes("queueName"))).to.deep.equal([
      `warning: [runtime] ${unknown("queueName")}`,
    ]);
  });
});
