import { readFileSync } from "node:fs";
import { expect } from "chai";
import { permissionsOf, type Policy } from "../../rehearsal/prove/permission.ts";
import { rowOf, rowsIn, type Row } from "../../rehearsal/prove/table.ts";
import { widest } from "../../rehearsal/prove/beyond.ts";
import { cloud } from "../support/cloud.ts";
import { arn } from "../support/duties.ts";
import { runProgram } from "../support/program.ts";
import { inS3, readyMade, type Change } from "../support/settings.ts";

/** The settings that only a build reads, with their values if there is no build. */
const nothingBuilt: Change = { buildParameters: "[]", testReports: "false" };

/** What brings the permissions that the widest settings do not. */
const others = (stack: string): readonly Change[] => [
  {},
  { composeFiles: JSON.stringify([`docker-compose-${stack}.yml`, "test/support/files-that-stay.yml"]) },
  { artifactKmsKeyArn: arn("kms", "key/0") },
  { parameterKmsKeyArns: JSON.stringify([arn("kms", "key/0")]) },
  { sourceProvider: "CodeCommit", sourceRepository: "shop" },
  inS3,
  { ...readyMade, ...nothingBuilt },
  { ...readyMade, ...nothingBuilt, artifactKmsKeyArn: arn("kms", "key/0") },
  { executeCommand: "true" },
  { bucket: "true" },
  { schedule: '["0 7 ? * * * = on","0 19 ? * * * = off"]' },
  { promoteFrom: "qa", buildParameters: "[]" },
  { baseImages: '["debian:12=000000000000.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/debian:12"]' },
];

const words = ({ role, action, resource, condition }: Row) => `${role} ${action} ${resource} ${condition}`;

/** The rows of every role's policy in a stack with these settings in addition to the widest ones. */
async function rowsOf(stack: string, change: Change): Promise<readonly string[]> {
  const settings = Object.entries<unknown>({ ...widest, ...change }).map(([key, value]) => [
    `compose-ecs-pipeline:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  await runProgram({ stack, config: Object.fromEntries(settings) as Record<string, string> });
  return cloud
    .filter(({ type }) => type.startsWith("aws:iam/rolePolicy"))
    .flatMap(({ inputs }) => {
      const role = String(inputs["role"]).replace(`shop-${stack}-`, "");
      return permissionsOf(role, JSON.parse(String(inputs["policy"])) as Policy);
    })
    .map((permission) => words(rowOf(permission, `shop-${stack}`)));
}

describe("docs/permissions.md", function () {
  // The program runs once for each setting.
  this.timeout(60_000);

  for (const stack of ["staging", "production"]) {
    it(`has exactly one row for each action of each role of ${stack}, with every setting that adds one`, async () => {
      const granted = new Set<string>();
      for (const change of others(stack)) for (const row of await rowsOf(stack, change)) granted.add(row);
      const rows = rowsIn(readFileSync("docs/permissions.md", "utf8")).map(words);
      expect(rows.toSorted()).to.deep.equal([...granted].toSorted());
    });
  }

  it("says for each permission what fails without it, which AWS page asks for it, or that this is not shown yet", () => {
    const text = readFileSync("docs/permissions.md", "utf8");
    const rows = text.split("\n").filter((line) => line.startsWith("| `"));
    expect(rows.filter((line) => !/\| (\*\*.+\*\*: |not shown (here|yet): |with ).+ \|$/.test(line))).to.deep.equal([]);
  });
});
