import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Input } from "../../../local-cloud/kit/service.ts";
import { failures, openBench, request, root, type Bench } from "./build-bench.ts";

describe("reports of a build of the local CodeBuild (Buildspec syntax, reports)", () => {
  let bench: Bench;

  afterEach(() => bench.close());

  const spec = (build: string) =>
    `version: 0.2\nphases: { build: { commands: ['${build}'] } }\nreports: { unit: { files: [out/*.xml] } }`;
  const group = "arn:aws:codebuild:us-east-1:000000000000:report-group/shop-staging-build-unit";

  it("are kept, and named by BatchGetBuilds, also when the tests fail", async () => {
    bench = await openBench();
    bench.source(spec("mkdir out; echo 1 > out/a.xml; false"));
    const { buildId, done } = await bench.codebuild.startBuild(request);
    const { status, reports } = await done;
    const unique = buildId.split(":")[1] ?? "";
    const folder = join(bench.cloud.world.directory, "codebuild", "reports", "shop-staging-build-unit", unique);
    const arn = `arn:aws:codebuild:us-east-1:000000000000:report/shop-staging-build-unit:${unique}`;
    expect(status).to.equal("FAILED");
    expect(reports).to.deep.equal([{ arn, format: "JUNITXML", folder, files: ["out/a.xml"] }]);
    expect(readFileSync(join(folder, "out/a.xml"), "utf8")).to.equal("1\n");
    const shown = (await bench.codebuild.operations.BatchGetBuilds?.({ ids: [buildId] }, root)) as { builds: Input[] };
    expect(shown.builds[0]?.reportArns).to.deep.equal([arn]);
    const needed = ["CreateReportGroup", "CreateReport", "UpdateReport", "BatchPutTestCases"];
    expect(bench.cloud.required.at(-1)?.[1]).to.deep.equal(
      needed.map((action) => ({ action: `codebuild:${action}`, resource: group })),
    );
  });

  it("fail the build when their files are missing", async () => {
    bench = await openBench();
    expect(failures(await bench.build(spec("true")))).to.deep.equal([
      "UPLOAD_ARTIFACTS FAILED CLIENT_ERROR: Error in UPLOAD_ARTIFACTS phase: [unit: [report files not found in build]]",
    ]);
  });

  it("fail the build when its role may not write them (Test report permissions)", async () => {
    bench = await openBench();
    bench.cloud.denied.add("codebuild:CreateReport");
    const [failed, ...others] = failures(await bench.build(spec("mkdir out; echo 1 > out/a.xml")));
    expect(others).to.deep.equal([]);
    expect(failed).to.match(/^UPLOAD_ARTIFACTS FAILED CLIENT_ERROR: .*\[unit: \[.*codebuild:CreateReport/u);
  });

  it("need codebuild:BatchPutCodeCoverages when they are of code coverage (Test report permissions)", async () => {
    bench = await openBench();
    const coverage = spec("mkdir out; echo 1 > out/a.xml").replace("files:", "file-format: JACOCOXML, files:");
    expect(failures(await bench.build(coverage))).to.deep.equal([]);
    const asked = bench.cloud.required.at(-1)?.[1].map(({ action }) => action);
    const needed = ["CreateReportGroup", "CreateReport", "UpdateReport", "BatchPutCodeCoverages"];
    expect(asked).to.deep.equal(needed.map((action) => `codebuild:${action}`));
    bench.cloud.denied.add("codebuild:BatchPutCodeCoverages");
    const [failed, ...others] = failures(await bench.build(coverage));
    expect(others).to.deep.equal([]);
    expect(failed).to.match(/^UPLOAD_ARTIFACTS FAILED CLIENT_ERROR: .*\[unit: \[.*codebuild:BatchPutCodeCoverages/u);
  });
});
