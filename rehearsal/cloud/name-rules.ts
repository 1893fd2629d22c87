import { AwsError } from "./service.ts";

/** Refuses a name that AWS does not take and ministack does. */
export function checkName(form: URLSearchParams): void {
  const name = form.get("Name") ?? "";
  // ELB API reference, CreateLoadBalancer: "must not begin with 'internal-'".
  if (form.get("Action") === "CreateLoadBalancer" && name.startsWith("internal-"))
    throw new AwsError("ValidationError", `The load balancer name '${name}' cannot begin with 'internal-'`);
  const group = form.get("GroupName") ?? "";
  // EC2 API reference, CreateSecurityGroup: "Can't start with sg-".
  if (form.get("Action") === "CreateSecurityGroup" && group.startsWith("sg-"))
    throw new AwsError(
      "InvalidParameterValue",
      `Value (${group}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
    );
}
