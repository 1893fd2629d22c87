import { AwsError } from "../kit/service.ts";

/** Keeps the ranges of the subnets that are created through it, since ministack accepts any range. */
export interface SubnetRanges {
  /**
   * Refuses a subnet whose range overlaps another subnet's in the same VPC ("InvalidSubnet.Conflict", EC2 API, "Error
   * codes").
   */
  readonly check: (form: URLSearchParams) => void;
  /** Notes the subnet that a call has created or deleted. */
  readonly note: (form: URLSearchParams, reply: string) => void;
}

/** Starts with no subnets. */
export function subnetRanges(): SubnetRanges {
  const ranges = new Map<string, { readonly vpcId: string; readonly range: string }>();
  return {
    check: (form) => {
      if (form.get("Action") !== "CreateSubnet") return;
      const [vpcId, range] = [form.get("VpcId") ?? "", form.get("CidrBlock") ?? ""];
      if ([...ranges.values()].some((other) => other.vpcId === vpcId && overlap(other.range, range)))
        throw new AwsError("InvalidSubnet.Conflict", `The CIDR '${range}' conflicts with another subnet`);
    },
    note: (form, reply) => {
      const made = /<subnetId>([^<]+)</u.exec(reply)?.[1];
      if (form.get("Action") === "CreateSubnet" && made !== undefined)
        ranges.set(made, { vpcId: form.get("VpcId") ?? "", range: form.get("CidrBlock") ?? "" });
      if (form.get("Action") === "DeleteSubnet" && /<return>true/u.test(reply))
        ranges.delete(form.get("SubnetId") ?? "");
    },
  };
}

/** Whether two IPv4 ranges have an address in common. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [bounds(one), bounds(other)];
  return a.first < b.end && b.first < a.end;
}

function bounds(range: string): { readonly first: number; readonly end: number } {
  const [address = "", bits = ""] = range.split("/");
  const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first, end: first + 2 ** (32 - Number(bits)) };
}
