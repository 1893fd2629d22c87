import { cloud } from "./cloud.ts";
import { accountId } from "./cloud-state.ts";
import { arn } from "./duties.ts";

/** Who may assume a role. */
export function trustOf(role: string): unknown {
  const found = cloud.find(({ type, inputs }) => type === "aws:iam/role:Role" && inputs["name"] === role);
  return JSON.parse(String(found?.inputs["assumeRolePolicy"])) as unknown;
}

/** The trust policy for one service under a condition. */
export const onlyBy = (Service: string, Condition: object) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service },
      Action: "sts:AssumeRole",
      ...(Object.keys(Condition).length > 0 && { Condition }),
    },
  ],
});

/** The condition that the request is for this account. */
export const fromAccount = { StringEquals: { "aws:SourceAccount": accountId } };

/** The condition that the request is for one resource of this account. */
export const from = (of: string, resource: string) => ({
  ...fromAccount,
  ArnLike: { "aws:SourceArn": arn(of, resource) },
});
