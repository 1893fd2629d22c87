import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { buildFormat } from "../../../build/kit/format.ts";
import { BuildProgram } from "../../../components/build/build-program.ts";
import { ownBuildspec, unusedBuildspec } from "../../../components/build/own-buildspec.ts";
import { cloud, only, seen, settled, startCloud } from "../../support/cloud.ts";
import { production } from "../../support/names.ts";
import { runProgram } from "../../support/program.ts";
import { changed, readyMade } from "../../support/settings.ts";

const bucket = "shop-production-program-000000000000-us-east-1";
const parent = "BuildProgram shop-production-program";

/** The variables of a project, by their names. */
function variablesOf(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const { environmentVariables } = inputs["environment"] as {
    readonly environmentVariables: readonly { readonly name: string; readonly value: string }[];
  };
  return Object.fromEntries(environmentVariables.map(({ name, value }) => [name, value]));
}

describe("the program's bucket", () => {
  it("is not public, versioned and encrypted; nothing in it expires, an earlier program stays, and it is deleted with the stack", async () => {
    await startCloud();
    const program = { text: "'a program'", sha256: "c0ffee" };
    new BuildProgram("shop-production-program", { bucketName: production.programBucket.name, program });
    await settled();
    const etag = execFileSync("md5sum", { input: program.text, encoding: "utf8" }).slice(0, 32);
    const found = seen().filter(([type]) => type !== "aws:s3/bucketPolicy:BucketPolicy");
    expect(found).to.deep.equal([
      ["aws:s3/bucket:Bucket", "shop-production-program", { bucket, forceDestroy: true }, { parent }],
      [
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "shop-production-program",
        { bucket, key: "c0ffee.cjs", content: program.text, contentType: "text/javascript; charset=utf-8", etag },
        { parent, retainOnDelete: true },
      ],
      [
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "shop-production-program",
        { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
        { parent },
      ],
      [
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "shop-production-program",
        { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
        { parent },
      ],
      [
        "aws:s3/bucketVersioning:BucketVersioning",
        "shop-production-program",
        { bucket, versioningConfiguration: { status: "Enabled" } },
        { parent },
      ],
      ["compose-ecs-pipeline:index:BuildProgram", "shop-production-program", {}, {}],
    ]);
  });

  it("holds the object that the variables of every step name, and exists before the pipeline", async () => {
    await runProgram({ stack: "production" });
    const { inputs } = only("aws:s3/bucketObjectv2:BucketObjectv2");
    const key = String(inputs["key"]);
    const steps = cloud.filter(({ type }) => type === "aws:codebuild/project:Project");
    const told = steps.map((step) => {
      const { RELEASE_PROGRAM, RELEASE_PROGRAM_SHA256 = "", BUILD_FORMAT } = variablesOf(step.inputs);
      return [step.name, RELEASE_PROGRAM, `${RELEASE_PROGRAM_SHA256}.cjs`, BUILD_FORMAT];
    });
    const right = [`s3://${bucket}/${key}`, key, String(buildFormat)];
    expect(told).to.deep.equal(["build", "migrate", "verify"].map((step) => [`shop-production-${step}`, ...right]));
    const { dependencies } = only("aws:codepipeline/pipeline:Pipeline");
    expect(dependencies).to.include("BucketObjectv2 shop-production-program");
  });

  it("is created for ready-made images, too, because the steps of a release run the program", async () => {
    await runProgram({ stack: "staging", config: changed(readyMade) });
    const object = only("aws:s3/bucketObjectv2:BucketObjectv2", "shop-staging-program").inputs;
    const projects = cloud.filter(({ type }) => type === "aws:codebuild/project:Project");
    const named = projects.map(({ name, inputs }) => [name, variablesOf(inputs)["RELEASE_PROGRAM"]]);
    const program = `s3://${String(object["bucket"])}/${String(object["key"])}`;
    expect(named).to.deep.equal(["images", "migrate", "verify"].map((step) => [`shop-staging-${step}`, program]));
  });
});

describe("the buildspec of this program", () => {
  /** The buildspec in a stack's build project. */
  const used = async (buildspec: string): Promise<unknown> => {
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:buildspec": buildspec } });
    return (only("aws:codebuild/project:Project", "shop-staging-build").inputs["source"] as { buildspec: unknown })
      .buildspec;
  };

  it("is inline in the build project when the setting is empty, else the setting's path is", async () => {
    expect([await used(""), await used("ci/build.yml")]).to.deep.equal([ownBuildspec(), "ci/build.yml"]);
  });

  it("is the text of buildspec.yml, of which there is no copy", () => {
    const text = readFileSync("buildspec.yml", "utf8");
    expect(ownBuildspec()).to.equal(text);
    const copies = globSync("{build,components,compose,docs,scripts,settings}/**/*.{yml,ts,md}").filter((file) =>
      readFileSync(file, "utf8").includes("sha256sum --check"),
    );
    expect(copies).to.deep.equal([]);
    expect((parse(text) as { version: number }).version).to.equal(0.2);
  });

  it("is told to a team whose own one is in the application's folder and not used, in one warning", () => {
    const folder = mkdtempSync(join(tmpdir(), "unused-"));
    const none = unusedBuildspec(folder);
    writeFileSync(join(folder, "buildspec.yml"), ownBuildspec());
    const same = unusedBuildspec(folder);
    writeFileSync(join(folder, "buildspec.yml"), "version: 0.2\n");
    const other = unusedBuildspec(folder);
    const inside = unusedBuildspec(folder, "services/shop");
    rmSync(folder, { recursive: true });
    expect([none, same, other]).to.deep.equal([
      undefined,
      undefined,
      "buildspec.yml: the build does not run it, but this program's own buildspec, because the setting buildspec is empty; to run it, set buildspec: buildspec.yml",
    ]);
    expect(inside).to.match(/set buildspec: services\/shop\/buildspec\.yml$/);
  });

  it("and those of all steps are short enough for a project: 25,600 characters (aws/aws-cdk#14974)", async () => {
    await runProgram({ stack: "production", config: { "compose-ecs-pipeline:buildspec": "" } });
    const texts = cloud
      .filter(({ type }) => type === "aws:codebuild/project:Project")
      .map(({ inputs }) => (inputs["source"] as { buildspec: string }).buildspec.length);
    expect([texts.length, texts.filter((length) => length > 25_600)]).to.deep.equal([3, []]);
  });
});
