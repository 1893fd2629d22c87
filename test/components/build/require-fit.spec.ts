import { expect } from "chai";
import { Refusal } from "../../../components/kit/refusal.ts";
import { cloud } from "../../support/cloud.ts";
import { largest, longestPlace, named, type Amounts } from "../../support/largest.ts";
import { runProgram } from "../../support/program.ts";
import { changed, inS3, readyMade, type Change } from "../../support/settings.ts";

/** What IAM counts of a policy: all but whitespace (IAM user guide, "IAM and AWS STS quotas"). */
const sizeOf = (policy: unknown) => String(policy).replace(/\s/g, "").length;

/** Runs the program for staging with every option, these changes and these amounts. */
const run = (change: Change, amounts: Amounts = {}) =>
  runProgram({ stack: "staging", config: changed({ ...largest(amounts), ...change }), answers: longestPlace });

/** Characters of the policy of each role. */
const policySizes = () =>
  cloud
    .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
    .map(({ inputs }) => [String(inputs["role"]), sizeOf(inputs["policy"])] as const);
/** Characters of each variable of each build. */
const variableSizes = () =>
  cloud
    .filter(({ type }) => type === "aws:codebuild/project:Project")
    .flatMap(({ inputs }) => {
      const { environmentVariables } = inputs["environment"] as {
        readonly environmentVariables: readonly { readonly name: string; readonly value: string }[];
      };
      return environmentVariables.map(({ name, value }) => [String(inputs["name"]), name, value.length] as const);
    });

/** What only a build reads, as it is where images are not built. */
const nothingBuilt: Change = { buildParameters: "[]", baseImages: "[]" };

describe("the largest environment", () => {
  for (const [title, change, amounts] of [
    ["that builds from a connection", {}, {}],
    ["that builds from S3", inS3, {}],
    ["that promotes", { promoteFrom: "production", ...nothingBuilt }, {}],
    ["of ready-made images", { ...readyMade, ...nothingBuilt, testReports: "false" }, { built: 5 }],
  ] as const) {
    it(`${title} has no role over 9,000 characters, and no variable of a build over 4,096`, async () => {
      await run(change, amounts);
      const policies = policySizes();
      expect(policies.length).to.be.greaterThan(6);
      expect(policies.filter(([, size]) => size > 9000)).to.deep.equal([]);
      expect(variableSizes().filter(([, , size]) => size > 4096)).to.deep.equal([]);
    });
  }
});

describe("an environment that is larger than AWS allows", () => {
  const many = Array.from(
    { length: 90 },
    (_, index) => `node:${String(index)}=public.ecr.aws/docker/library/node:${String(index)}`,
  );
  const file = ".tools/largest.yml";
  for (const [title, change, amounts, refusal] of [
    [
      "by the parameters that containers read",
      {},
      { parameters: 95 },
      "Pulumi.staging.yaml: parameters: the role that starts the containers would have a policy of 11,487 characters, but IAM allows 10,240; let containers read fewer parameters (a value that is not secret can be in variables), or give them shorter names",
    ],
    [
      "by the policy of the application",
      {},
      { resources: 150 },
      `${file}: "policy" of "x-ecs": the role of the containers would have a policy of 11,360 characters, but IAM allows 10,240; write patterns instead of lists of resources`,
    ],
    [
      "by the parameters that a build reads",
      {
        buildParameters: JSON.stringify(named(70)),
      },
      { parameters: 70 },
      "Pulumi.staging.yaml: buildParameters, baseImages: the role of the build would have a policy of 11,167 characters, but IAM allows 10,240; let the build read fewer parameters, or name fewer private base images",
    ],
    [
      "by its base images",
      { baseImages: JSON.stringify(many) },
      {},
      "Pulumi.staging.yaml: baseImages: aaaaaaaaaaaaaaaaa-staging-build would get 4,119 characters in BASE_IMAGES, but CodeBuild allows 4,096 in a variable; set fewer or shorter ones",
    ],
    [
      "by the names of its images",
      { promoteFrom: "production", ...nothingBuilt },
      { letters: 200 },
      `${file}: aaaaaaaaaaaaaaaaa-staging-build would get 4,891 characters in PROMOTE_REPOSITORIES, but CodeBuild allows 4,096 in a variable; build fewer images (services can share one "image"), or give images and services shorter names`,
    ],
    [
      "by its release services",
      {},
      { releases: 110 },
      `${file}: aaaaaaaaaaaaaaaaa-staging-migrate would get 4,350 characters in RELEASE_REVISIONS, but CodeBuild allows 4,096 in a variable; let one release service do what several do, or give them shorter names`,
    ],
    [
      "by a variable",
      { variables: JSON.stringify([`CONFIG=${"x".repeat(4097)}`]) },
      {},
      "Pulumi.staging.yaml: variables: aaaaaaaaaaaaaaaaa-staging-build would get 4,097 characters in CONFIG, but CodeBuild allows 4,096 in a variable; put the value into a file of the repository",
    ],
  ] as const) {
    it(`${title} is refused before anything is created`, async () => {
      const refused: unknown = await run(change, amounts).catch((error: unknown) => error);
      expect([refused instanceof Refusal, refused instanceof Error ? refused.message : refused]).to.deep.equal([
        true,
        refusal,
      ]);
      expect(cloud).to.deep.equal([]);
    });
  }

  it("is refused if it is one character too long, and accepted at the limit", async () => {
    await run({ variables: JSON.stringify([`CONFIG=${"x".repeat(4096)}`]) });
    expect(variableSizes().filter(([, name]) => name === "CONFIG")).to.deep.equal([
      ["aaaaaaaaaaaaaaaaa-staging-build", "CONFIG", 4096],
    ]);
  });
});
