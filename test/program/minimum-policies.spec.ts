import { expect } from "chai";
import { cloud } from "../support/cloud.ts";
import { grantsOf } from "../support/grants.ts";
import { allows, unknownActions, type Statement } from "../support/iam.ts";
import type { Minimum } from "../support/minimum.ts";
import { features } from "../support/minimum-policies.ts";
import { runProgram } from "../support/program.ts";
import { changed } from "../support/settings.ts";

/** What brings roles that a stack has only if asked. */
const asked = { approval: "true", notificationEmails: '["team@example.com"]' };

/** What statements lack of a minimum policy, a line each. */
function lackedBy(statements: readonly Statement[], { role, page, needs }: Minimum): readonly string[] {
  return needs.flatMap(([actions, resources, context]) =>
    actions
      .split(" ")
      .flatMap((action) =>
        resources
          .filter((resource) => !allows(statements, action, resource, context))
          .map((resource) => `${role} lacks ${action} on ${resource}: ${page}`),
      ),
  );
}

/** What statements have of that which the role is said to do without. */
function needlessIn(statements: readonly Statement[], { role, without = [] }: Minimum): readonly string[] {
  const granted = statements.flatMap(({ Action }) => Action);
  return without.flatMap(([actions, reason]) =>
    actions
      .split(" ")
      .filter((action) => granted.includes(action))
      .map((action) => `${role} has ${action}, though ${reason}`),
  );
}

const known = new Set(features.flatMap(({ minimums }) => minimums.map(({ role }) => `shop-staging-${role}`)));

describe("AWS's own minimum policies", () => {
  for (const { title, change = {}, minimums } of features) {
    it(`are all granted with ${title}`, async () => {
      await runProgram({ stack: "staging", config: changed({ ...asked, ...change }) });
      const held = minimums.map((minimum) => ({ minimum, statements: grantsOf(`shop-staging-${minimum.role}`) }));
      expect(held.flatMap(({ minimum, statements }) => lackedBy(statements, minimum))).to.deep.equal([]);
      expect(held.flatMap(({ minimum, statements }) => needlessIn(statements, minimum))).to.deep.equal([]);
      // No role is without a page.
      const roles = cloud
        .filter(({ type }) => type.startsWith("aws:iam/rolePolicy"))
        .map(({ inputs }) => inputs["role"]);
      expect(roles.filter((role) => !known.has(String(role)))).to.deep.equal([]);
    });
  }

  it("name only actions that AWS has", async () => {
    const named = features
      .flatMap(({ minimums }) => minimums)
      .flatMap(({ needs, without = [] }) => [...needs, ...without].flatMap(([actions]) => actions.split(" ")));
    expect(await unknownActions(named.map((Action) => ({ Effect: "Allow", Action, Resource: "*" })))).to.deep.equal([]);
  });

  it("report what a role lacks, on which resource, and by which page", () => {
    const minimum: Minimum = { role: "build", page: "a page", needs: [["s3:GetObject s3:PutObject", ["a", "b"]]] };
    const statements: readonly Statement[] = [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: "a" }];
    expect(lackedBy(statements, minimum)).to.deep.equal([
      "build lacks s3:GetObject on b: a page",
      "build lacks s3:PutObject on a: a page",
      "build lacks s3:PutObject on b: a page",
    ]);
    expect(needlessIn(statements, { ...minimum, without: [["s3:GetObject", "it reads nothing"]] })).to.deep.equal([
      "build has s3:GetObject, though it reads nothing",
    ]);
  });
});
