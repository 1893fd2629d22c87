import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { judge, type Request } from "../../testing/policy/judge.ts";
import type { PolicyStatement } from "../../testing/policy/statement.ts";

/** A request that an outside judge has decided. */
interface Judged extends Request {
  readonly statements: readonly PolicyStatement[];
  readonly allowed: boolean;
}

// Verdicts of iam-simulate 0.1.173 (npm, @cloud-copilot/iam-simulate), recorded in November 2026 for statements made at
// random. Its licence is the AGPL, so it is not installed here. Its verdicts on 40,000 more were the same.
const judged = readFileSync(join(import.meta.dirname, "judged-policies.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Judged);

const service = "arn:aws:ecs:us-east-1:000000000000:service/shop-staging/web";
const allow = (more: Partial<PolicyStatement>): PolicyStatement => ({
  Effect: "Allow",
  Action: "ecs:UpdateService",
  Resource: service,
  ...more,
});

/** The verdict on an update of the service. */
const verdict = (statements: readonly PolicyStatement[], conditions: Request["conditions"] = {}) =>
  judge(statements, { action: "ecs:UpdateService", resource: service, conditions });

describe("the verdict on a request", () => {
  it("is that of an outside judge, for 60 that are allowed and 60 that are not", () => {
    const ours = judged.map(({ statements, ...request }) => judge(statements, request));
    expect(ours).to.deep.equal(judged.map(({ allowed }) => allowed));
    expect(judged.map(({ allowed }) => allowed).filter(Boolean)).to.have.length(60);
    expect(judged).to.have.length(120);
  });

  it("follows Action and Resource, NotAction and NotResource", () => {
    const none = { Action: undefined, Resource: undefined };
    const cases: readonly (readonly [Partial<PolicyStatement>, boolean])[] = [
      [{}, true],
      [{ Action: "ecs:DeleteService" }, false],
      [{ ...none, NotAction: "iam:*", Resource: "*" }, true],
      [{ ...none, NotAction: ["iam:*", "ecs:Update*"], Resource: "*" }, false],
      [{ ...none, Action: "*", NotResource: "arn:aws:s3:::*" }, true],
      [{ ...none, Action: "*", NotResource: service }, false],
    ];
    const found = cases.map(([more]) => verdict([JSON.parse(JSON.stringify(allow(more))) as PolicyStatement]));
    expect(found).to.deep.equal(cases.map(([, allowed]) => allowed));
  });

  it("is open, with the reason, where it depends on what is not known here", () => {
    const condition = (operator: string, key: string, value: string) =>
      verdict([allow({ Condition: { [operator]: { [key]: value } } })], { "aws:TagKeys": ["a", "b"], known: "a" });
    expect({
      key: condition("StringEquals", "ecs:cluster", "a"),
      operator: condition("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
      variable: condition("StringEquals", "known", "${aws:username}"),
      several: condition("StringEquals", "aws:TagKeys", "a"),
      resource: verdict([allow({ Resource: "arn:aws:*:service/shop-staging/web" })]),
      action: verdict([allow({ Action: "e*:UpdateService" })]),
      element: verdict([{ ...allow({}), Principal: "*" } as PolicyStatement]),
      effect: verdict([allow({ Effect: "allow" })]),
      both: verdict([allow({ NotAction: "iam:*" })]),
    }).to.deep.equal({
      key: ["ecs:cluster: give its value, or [] if the request has no such key"],
      operator: ["IpAddress of aws:SourceIp: this operator is not evaluated here"],
      variable: ["${aws:username}: policy variables are not evaluated here"],
      several: ["StringEquals of aws:TagKeys: it compares one value, not several"],
      resource: ["arn:aws:*:service/shop-staging/web: write each of the six parts of the ARN"],
      action: ['e*:updateservice: write the name of a service and ":" before the action'],
      element: ["Principal: this element of a statement is not evaluated here"],
      effect: ['Effect "allow": IAM knows only Allow and Deny'],
      both: ["a statement needs either Action or NotAction"],
    });
  });

  it("does not wait for what is unknown where the rest decides", () => {
    const unknown = allow({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } });
    const deny = { ...unknown, Effect: "Deny" };
    expect([
      verdict([unknown, allow({})]),
      verdict([unknown, allow({ Effect: "Deny" })]),
      verdict([deny]),
      verdict([allow({}), { ...deny, Action: "ecs:DeleteService" }]),
    ]).to.deep.equal([true, false, false, true]);
    expect(verdict([allow({}), deny])).to.deep.equal([
      "IpAddress of aws:SourceIp: this operator is not evaluated here",
    ]);
  });
});
