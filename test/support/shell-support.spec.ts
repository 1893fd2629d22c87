import { expect } from "chai";
import { needsOf } from "./shell.ts";

describe("the reader of scripts", () => {
  it("returns the variables that are read, not those that the script sets or names in a comment", () => {
    const script = 'LOCAL=1\n# $COMMENT\necho "$LOCAL ${GIVEN:-} ${!NAMED} $lower $((SECONDS + LIMIT))" "$LIMIT"';
    expect(needsOf(script).variables).to.deep.equal(["GIVEN", "LIMIT", "NAMED"]);
  });

  it("returns the actions behind the calls, also further ones that a call needs", () => {
    const script =
      "aws elbv2 describe-target-health\nx=$(aws ecs run-task) && aws ecr get-login-password | docker login";
    expect(needsOf(script).actions).to.deep.equal([
      "ecr:GetAuthorizationToken",
      "ecs:RunTask",
      "elasticloadbalancing:DescribeTargetHealth",
      "iam:PassRole",
    ]);
  });

  it("counts a function only where it is called, also by another function", () => {
    const script = [
      "idle() {\n  aws ecs delete-service\n}",
      "inner() {\n  aws ecs list-tasks\n}",
      "outer() {\n  inner | cat\n}",
      'say() { printf "%s" "$*"; }',
      "x=$(outer)",
    ].join("\n");
    expect(needsOf(script).actions).to.deep.equal(["ecs:ListTasks"]);
  });
});
