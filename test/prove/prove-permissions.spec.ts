import { expect } from "chai";
import type { Asked } from "../../local-cloud/index.ts";
import { beyond } from "../../rehearsal/prove/beyond.ts";
import { denialsIn, type Finding } from "../../rehearsal/prove/findings.ts";
import { complaintsOf, justified } from "../../rehearsal/prove/justified.ts";
import { permissionsOf, without, type Policy } from "../../rehearsal/prove/permission.ts";
import { proveScenario } from "../../rehearsal/prove/prove-scenario.ts";
import type { Scenario } from "../../rehearsal/prove/scenario.ts";
import { permissionsText, rowOf, rowsBeyond, rowsIn, withEarlier } from "../../rehearsal/prove/table.ts";

const bucket = "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1/*";
const cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/shop-staging";
const policy: Policy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: bucket },
    { Effect: "Allow", Action: "ecs:ListTasks", Resource: "*", Condition: { ArnEquals: { "ecs:cluster": cluster } } },
    { Effect: "Allow", Action: "ecs:StopTask", Resource: "*" },
  ],
};
const [get, put, list, stop] = permissionsOf("build", policy);

describe("a permission", () => {
  it("is one action of one statement, with its resources and its condition", () => {
    expect(permissionsOf("build", policy)).to.deep.equal([
      { role: "build", statement: 0, action: "s3:GetObject", resources: [bucket] },
      { role: "build", statement: 0, action: "s3:PutObject", resources: [bucket] },
      {
        role: "build",
        statement: 1,
        action: "ecs:ListTasks",
        resources: ["*"],
        condition: `{"ArnEquals":{"ecs:cluster":"${cluster}"}}`,
      },
      { role: "build", statement: 2, action: "ecs:StopTask", resources: ["*"] },
    ]);
  });

  it("is removed alone, or with its statement when that has no other action", () => {
    const [objects, tasks, stops] = policy.Statement;
    expect([get, list].map((one) => one && without(policy, one).Statement)).to.deep.equal([
      [{ ...objects, Action: ["s3:PutObject"] }, tasks, stops],
      [objects, stops],
    ]);
  });

  it("is shown without the environment's names, account and region", () => {
    expect([get, list].map((one) => one && rowOf(one, "shop-staging"))).to.deep.equal([
      {
        role: "build",
        action: "s3:GetObject",
        resource: "s3:<app>-<environment>-artifacts-<account>-<region>/*",
        condition: "",
      },
      {
        role: "build",
        action: "ecs:ListTasks",
        resource: "*",
        condition: '{"ArnEquals":{"ecs:cluster":"ecs:cluster/<app>-<environment>"}}',
      },
    ]);
  });
});

describe("the resource of a permission", () => {
  it("is shown without an id, also when the id ends in twelve digits", () => {
    const id = "2d4f2310-87cc-4807-a834-084699019633";
    const resources = [`arn:aws:codeconnections:us-east-1:000000000000:connection/${id}`];
    const use = { role: "pipeline", statement: 0, action: "codeconnections:UseConnection", resources };
    expect(rowOf(use, "shop-staging").resource).to.equal("codeconnections:connection/<id>");
  });
});

/** A build that is as its role's policy lets it be; a refusal of ListTasks is passed over, and PutObject fails unasked. */
function bench(outcomes: Readonly<Record<string, string>>) {
  const asked: Asked[] = [];
  const told: string[] = [];
  const puts: Policy[] = [];
  let current = policy;
  const scenario: Scenario = {
    title: "a build",
    expected: "SUCCEEDED",
    run: () => {
      const held = new Set(current.Statement.flatMap(({ Action }) => Action));
      for (const action of ["ecs:ListTasks", "ecs:StopTask"])
        asked.push({
          roleArn: "arn:aws:iam::0:role/shop-staging-build",
          action,
          resource: "*",
          allowed: held.has(action),
        });
      asked.push({ roleArn: "arn:aws:iam::0:role/shop-staging-build", action: "s3:*", resource: "*" });
      const missing = permissionsOf("build", policy).find(({ action }) => !held.has(action))?.action ?? "";
      const said =
        missing === "s3:GetObject"
          ? "User: assumed-role/shop-staging-build/x is not authorized to perform: s3:GetObject on y"
          : "";
      return Promise.resolve({ outcome: outcomes[missing] ?? "SUCCEEDED", said });
    },
  };
  const role = {
    role: "build",
    roleName: "shop-staging-build",
    policy,
    put: (given: Policy) => {
      current = given;
      puts.push(given);
      return Promise.resolve();
    },
  };
  const prove = () =>
    proveScenario({
      scenario,
      policies: [role],
      evidence: { asked, listen: () => () => "the log's end\n" },
      isOpen: () => true,
      tell: (line) => told.push(line.replace(/ \([\d.]+ s\)$/, "")),
    });
  return { prove, told, puts };
}

describe("the proof of a permission", () => {
  it("needs a run with another outcome, and the denial of exactly this action to exactly this role", async () => {
    const { prove, told, puts } = bench({
      "s3:GetObject": "FAILED",
      "s3:PutObject": "FAILED",
      "ecs:StopTask": "STOPPED",
    });
    expect(await prove()).to.deep.equal([
      { permission: get, fails: "a build", words: "FAILED: not authorized to perform: s3:GetObject" },
      // Fails, but no call was denied.
      { permission: put, unread: true },
      // Denied, but all goes on as it does with it.
      { permission: list },
      { permission: stop, fails: "a build", words: "STOPPED: not authorized to perform: ecs:StopTask" },
    ]);
    expect(told).to.deep.equal([
      "with every permission: SUCCEEDED",
      "build s3:GetObject: fails: FAILED: not authorized to perform: s3:GetObject on y",
      "build s3:PutObject: NOT SHOWN: FAILED: no denial",
      "build ecs:ListTasks: NOT SHOWN: SUCCEEDED: not authorized to perform: ecs:ListTasks on resource: *",
      "build ecs:StopTask: fails: STOPPED: not authorized to perform: ecs:StopTask on resource: *",
      "with every permission: SUCCEEDED",
    ]);
    expect(puts.filter((_, index) => index % 2 === 1)).to.deep.equal([policy, policy, policy, policy]);
  });

  it("takes S3's refusal of a HEAD, which has no message, as a denial of s3:GetObject and of nothing else", () => {
    const said = "fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden\n";
    const denial = "(403) when calling the HeadObject operation: Forbidden";
    expect(denialsIn(said, "shop-staging-build", "s3:GetObject")).to.deep.equal([denial]);
    expect(denialsIn(said, "shop-staging-build", "s3:PutObject")).to.deep.equal([]);
  });

  it("fails when the run with every permission is not as expected", async () => {
    const failure: unknown = await bench({ "": "FAILED" })
      .prove()
      .catch((error: unknown) => error);
    expect(String(failure)).to.equal(
      `Error: a build: with every permission it must come to "SUCCEEDED", not "FAILED"; the log's end`,
    );
  });
});

const permission = { role: "nobody", statement: 0, action: "s3:DeleteObject", resources: [bucket] };
/** A finding for every reason that is given, so that none is idle. */
const reasons: readonly Finding[] = justified.flatMap(({ roles, actions }) =>
  roles.flatMap((role) => actions.map((action) => ({ permission: { ...permission, role, action } }))),
);

describe("the table of permissions", () => {
  it("is read again as it was written", () => {
    const findings: readonly Finding[] = [
      { permission, fails: "a build", words: "FAILED: not authorized to perform: s3:DeleteObject" },
      ...(list === undefined ? [] : [{ permission: list, fails: "a build", words: "FAILED" }]),
    ];
    const rows = [
      ...findings.map((finding) => rowOf(finding.permission, "shop-staging")),
      ...beyond.flatMap((each) => rowsBeyond(each)),
    ];
    const words = (all: readonly object[]) => all.map((row) => JSON.stringify(row)).toSorted();
    expect(words(rowsIn(permissionsText(findings, "shop-staging")))).to.deep.equal(words(rows));
  });

  it("keeps what an earlier proof has shown when a later one runs only a part", () => {
    const shown = { permission, fails: "a build", words: "FAILED: not authorized to perform: s3:DeleteObject" };
    const later = { permission: { ...permission, action: "s3:GetObject" }, fails: "another", words: "FAILED: no" };
    const text = permissionsText([shown], "shop-staging");
    expect(
      withEarlier([{ permission }, later, { permission: { ...permission, role: "new" } }], text, "shop-staging"),
    ).to.deep.equal([shown, later, { permission: { ...permission, role: "new" } }]);
  });

  it("keeps the rows that a proof has not reached yet, and changes nothing when it has reached none", () => {
    const shown = { permission, fails: "a build", words: "FAILED: not authorized to perform: s3:DeleteObject" };
    const later = { permission: { ...permission, action: "s3:GetObject" }, fails: "another", words: "FAILED: no" };
    const whole = permissionsText([shown, later], "shop-staging");
    expect(rowsIn(permissionsText([shown], "shop-staging"))).not.to.deep.equal(rowsIn(whole));
    expect(permissionsText([], "shop-staging", whole).split("\n").toSorted()).to.deep.equal(
      whole.split("\n").toSorted(),
    );
  });

  it("gets a complaint when nothing fails without a permission and no page requires it, and when a reason is not needed", () => {
    const [first, ...rest] = reasons;
    expect(complaintsOf(reasons)).to.deep.equal([]);
    expect(complaintsOf([...rest, { permission }])).to.deep.equal([
      `nobody: nothing fails without s3:DeleteObject on ${bucket}; remove it, or name AWS's page in rehearsal/prove/justified.ts`,
      `${first?.permission.role ?? ""}: ${first?.permission.action ?? ""} is shown or gone; remove its reason from rehearsal/prove/justified.ts`,
    ]);
    expect(complaintsOf([...reasons, { permission, fails: "a build", words: "" }])).to.deep.equal([]);
  });
});
