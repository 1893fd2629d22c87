import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { namesOf } from "../../../components/kit/names.ts";
import { revisionVariables } from "../../../components/service/release-task-definitions.ts";
import { valueOf } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";

const arnOf = (names: typeof staging, service: string, revision: number) =>
  pulumi.output(
    `arn:${names.place.partition}:ecs:${names.place.region}:${names.place.accountId}:task-definition/${names.releaseFamily(service)}:${revision}`,
  );

/** The ARNs that a step makes of the variables, as the steps do. */
async function arns(variables: ReturnType<typeof revisionVariables>): Promise<readonly string[]> {
  const { RELEASE_DEFINITIONS: begin, RELEASE_REVISIONS: revisions } = variables;
  return (await valueOf(pulumi.output(revisions ?? ""))).split(" ").map((one) => `${begin as string}${one}`);
}

describe("the revisions of release services that a build gets", () => {
  it("are those that `up` has created, each by its ARN", async () => {
    const made = { migrate: arnOf(staging, "migrate", 7), "seed.all": arnOf(staging, "seed.all", 12) };
    const variables = revisionVariables(staging, made);
    expect(await valueOf(pulumi.output(variables["RELEASE_REVISIONS"] ?? ""))).to.equal("migrate:7 seed.all:12");
    expect(await arns(variables)).to.deep.equal([await valueOf(made.migrate), await valueOf(made["seed.all"])]);
  });

  it("are empty if the Compose file has no release service", async () => {
    expect(await valueOf(pulumi.output(revisionVariables(staging, {})["RELEASE_REVISIONS"] ?? "x"))).to.equal("");
  });

  // "One CodeBuild variable": at most 4,096 characters.
  it("fit into one variable for fifty release services with long names in a region with a long name", async () => {
    const place = { partition: "aws-us-gov", region: "ap-northeast-1", accountId: "0".repeat(12) };
    const names = namesOf("a-long-application", "staging", place);
    const services = Array.from(
      { length: 50 },
      (_, index) => `${"migration-of-a-large-database-with-many-tables".padEnd(60, "-")}${index}`,
    );
    const made = Object.fromEntries(services.map((service) => [service, arnOf(names, service, 99_999)]));
    const value = await valueOf(pulumi.output(revisionVariables(names, made)["RELEASE_REVISIONS"] ?? ""));
    expect([value.length < 4096, value.split(" ").length]).to.deep.equal([true, 50]);
  });
});
