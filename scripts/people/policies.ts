import type { Names } from "../../components/kit/names.ts";
import { balancerGrants } from "./balancer-grants.ts";
import { deliveryGrants } from "./delivery-grants.ts";
import { statementsOf, type Grant, type PolicyStatement } from "./grant.ts";
import { networkGrants } from "./network-grants.ts";
import { serviceGrants } from "./service-grants.ts";
import { storeGrants } from "./store-grants.ts";
import { verbGrants, type Duty } from "./verb-grants.ts";

/** A policy document of IAM. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** What `up` and `destroy` ask AWS by type of resource, in the parts that IAM's limit of a policy's size makes of it. */
export function upGrants(names: Names) {
  return {
    delivery: deliveryGrants(names),
    service: serviceGrants(names),
    balancer: balancerGrants(names),
    network: networkGrants(names),
    stores: storeGrants(names),
  };
}

/** The policies of docs/policies/, by file name without its ending. */
export function policies(names: Names): Readonly<Record<string, PolicyDocument>> {
  const byDuty = verbGrants(names);
  const duties = (...chosen: readonly Duty[]) => document(chosen.flatMap((duty) => statementsOf(byDuty[duty], duty)));
  const up = Object.entries(upGrants(names)).map(([part, types]) => {
    const grants: readonly Grant[] = Object.values<readonly Grant[]>(types).flat();
    return [`up-${part}`, document(statementsOf(grants))] as const;
  });
  return {
    look: duties("Look", "Doctor"),
    operate: duties("Release", "Approve", "Hold", "Rollback", "Run", "Exec", "Parameters", "Plan"),
    ...Object.fromEntries(up),
  };
}

const document = (Statement: readonly PolicyStatement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
