import { type Names, namesOf } from "../../components/plain.ts";
import { statementsOf, type PolicyStatement } from "./grant.ts";
import { verbGrants, type Duty } from "./verb-grants.ts";

/** The environment of the examples in docs/: people replace its words with their own. */
export const exampleNames: Names = namesOf("shop", "staging", {
  partition: "aws",
  region: "us-east-1",
  accountId: "111111111111",
});

/** A policy document of IAM. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** The policies of docs/policies/, by file name without extension. */
export function policies(names: Names): Readonly<Record<"look" | "operate", PolicyDocument>> {
  const byDuty = verbGrants(names);
  const duties = (...chosen: readonly Duty[]) => document(chosen.flatMap((duty) => statementsOf(byDuty[duty], duty)));
  return {
    look: duties("Look", "Doctor"),
    operate: duties("Release", "Approve", "Hold", "Rollback", "Run", "Exec", "Parameters", "Plan"),
  };
}

const document = (Statement: readonly PolicyStatement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
