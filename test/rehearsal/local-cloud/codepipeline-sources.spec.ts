import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { bucket } from "./pipeline-world.ts";
import type { SourceSettings } from "../../../components/pipeline/source.ts";
import { codePipelineSourcesBench } from "./codepipeline-sources-bench.ts";

describe("CodePipeline's sources", function () {
  this.timeout(60_000);
  const bench = codePipelineSourcesBench();
  const { builds, create, newest, ended, denied, startWith, given, upload } = bench;

  describe("a connection", () => {
    const connected = (change: object): SourceSettings => ({
      provider: "GitLab",
      repository: "team/shop",
      branch: "main",
      connectionArn: bench.connectionArn,
      branches: ["main"],
      tags: [],
      filePaths: [],
      ...change,
    });

    it("takes the branch that was pushed to, and names it (CodeStarSourceConnection, output variables)", async () => {
      bench.on.commit("main", { "a.txt": "main" });
      const name = await create(connected({ branches: ["release/*"] }));
      await ended(name, await newest(name));
      const commit = bench.on.commit("release/1", { "a.txt": "release" });
      const [id = ""] = bench.on.pipelines.pushed("team/shop", "release/1");
      const { error, variables } = await ended(name, id);
      expect([error, variables?.["BranchName"], variables?.["CommitId"]]).to.deep.equal([
        [undefined, undefined],
        "release/1",
        commit,
      ]);
      expect(builds.at(-1)?.resolvedSourceVersion).to.equal(commit);
    });

    it("takes a tag's commit, and no push to a branch when only tags are wanted (user guide, push triggers)", async () => {
      const tagged = bench.on.commit("main", { "a.txt": "tagged" });
      execFileSync("git", ["-C", join(bench.on.local.directory, "shop.git"), "tag", "v1", tagged]);
      bench.on.commit("main", { "a.txt": "later" });
      const name = await create(connected({ branches: [], tags: ["v*"] }));
      await ended(name, await newest(name));
      expect(bench.on.pipelines.pushed("team/shop", "main")).to.deep.equal([]);
      const [id = ""] = bench.on.pipelines.tagged("team/shop", "v1");
      expect((await ended(name, id)).variables).to.include({ CommitId: tagged });
      expect(builds.at(-1)?.resolvedSourceVersion).to.equal(tagged);
    });

    it("fails without s3:PutObjectAcl, since a connection uploads with an ACL (aws/aws-cdk#13557)", async () => {
      bench.on.commit("main", { "a.txt": "main" });
      const name = await create(connected({}), "s3:PutObjectAcl");
      const { error } = await ended(name, await newest(name));
      expect([error[0], denied(error)]).to.deep.equal(["PermissionError", `s3:PutObjectAcl on ${bucket}`]);
      expect(builds).to.deep.equal([]);
    });
  });

  describe("CodeCommit", () => {
    const settings = { provider: "CodeCommit", repository: "shop", branch: "main" } as const;

    it("hands on its branch's head, or a chosen commit, with its variables (CodeCommit source action reference)", async () => {
      const older = bench.on.commit("main", { "a.txt": "older" });
      const newer = bench.on.commit("main", { "a.txt": "newer" });
      const name = await create(settings);
      const { variables } = await ended(name, await newest(name));
      const { AuthorDate, CommitterDate, ...more } = variables ?? {};
      expect(more).to.deep.equal({
        BranchName: "main",
        CommitId: newer,
        CommitMessage: "change a.txt",
        RepositoryName: "shop",
      });
      expect([AuthorDate, CommitterDate].map((date) => Number.isNaN(Date.parse(date ?? "")))).to.deep.equal([
        false,
        false,
      ]);
      await ended(name, await startWith(name, "COMMIT_ID", older));
      expect(builds.map(({ resolvedSourceVersion }) => resolvedSourceVersion)).to.deep.equal([newer, older]);
      expect([await given(0, "a.txt"), await given(1, "a.txt")]).to.deep.equal(["newer", "older"]);
    });

    it("fails for a repository or a branch that does not exist", async () => {
      const failures = [];
      for (const change of [{ repository: "other" }, { branch: "nowhere" }]) {
        const name = await create({ ...settings, ...change });
        failures.push((await ended(name, await newest(name))).error);
      }
      expect(failures).to.deep.equal([
        ["RevisionUnavailable", "Could not find the repository other"],
        ["RevisionUnavailable", "The repository shop has no branch nowhere"],
      ]);
    });

    for (const action of ["GetBranch", "GetCommit", "GetUploadArchiveStatus", "UploadArchive"]) {
      it(`fails without codecommit:${action} (Manage the CodePipeline service role)`, async () => {
        const name = await create(settings, `codecommit:${action}`);
        const [code, message] = (await ended(name, await newest(name))).error;
        expect([code, message?.split(" is not authorized to perform: ")[1]]).to.deep.equal([
          "PermissionError",
          `codecommit:${action} on resource: arn:aws:codecommit:us-east-1:000000000000:shop`,
        ]);
      });
    }
  });

  describe("S3", () => {
    const settings = { provider: "S3", bucket: "acme-source", key: "shop.zip" } as const;

    it("hands on the newest version, or a chosen one, by the version's id (Amazon S3 source action reference)", async () => {
      const older = await upload("acme-source", "older");
      const newer = await upload("acme-source", "newer");
      const name = await create(settings);
      const { variables } = await ended(name, await newest(name));
      const { ETag, ...more } = variables ?? {};
      expect(more).to.deep.equal({ BucketName: "acme-source", ObjectKey: "shop.zip", VersionId: newer });
      expect(ETag).to.match(/^"[0-9a-f]{32}"$/u);
      await ended(name, await startWith(name, "S3_OBJECT_VERSION_ID", older));
      // "CODEBUILD_RESOLVED_SOURCE_VERSION: the source revision provided by CodePipeline".
      expect(builds.map(({ resolvedSourceVersion }) => resolvedSourceVersion)).to.deep.equal([newer, older]);
      expect([await given(0, "a.txt"), await given(1, "a.txt")]).to.deep.equal(["newer", "older"]);
    });

    it("fails for a bucket without versioning, and for an object that does not exist", async () => {
      await upload("unversioned", "any");
      const failures = [];
      for (const change of [{ bucket: "unversioned" }, { key: "other.zip" }]) {
        const name = await create({ ...settings, ...change });
        failures.push((await ended(name, await newest(name))).error);
      }
      expect(failures).to.deep.equal([
        ["ConfigurationError", "The bucket unversioned has no versioning; it must be enabled"],
        ["RevisionUnavailable", "NoSuchKey: the object other.zip in the bucket acme-source"],
      ]);
    });

    const tagged = { Tagging: "team=shop&stage=a%20b" };

    it("hands on the object's tags with it (Manage the CodePipeline service role, tagged objects)", async () => {
      await upload("acme-source", "tagged", tagged);
      const name = await create(settings);
      expect((await ended(name, await newest(name))).error).to.deep.equal([undefined, undefined]);
      const artifact = { Bucket: bucket, Key: builds[0]?.source?.key ?? "" };
      const { TagSet } = await bench.s3.send(new GetObjectTaggingCommand(artifact));
      expect(TagSet).to.have.deep.members([
        { Key: "team", Value: "shop" },
        { Key: "stage", Value: "a b" },
      ]);
    });

    for (const [action, of] of [
      ["GetObjectTagging", "acme-source"],
      ["GetObjectVersionTagging", "acme-source"],
      ["PutObjectTagging", bucket],
    ] as const) {
      it(`fails without s3:${action} when the object has tags, and does not need it when it has none (the same page)`, async () => {
        const outcomes = [];
        for (const tags of [tagged, {}]) {
          await upload("acme-source", "any", tags);
          const name = await create(settings, `s3:${action}`);
          outcomes.push(denied((await ended(name, await newest(name))).error));
        }
        expect(outcomes).to.deep.equal([`s3:${action} on ${of}`, undefined]);
      });
    }

    const arn = "arn:aws:s3:::acme-source";
    for (const [action, resource] of [
      ["GetBucketAcl", arn],
      ["GetBucketLocation", arn],
      ["GetBucketVersioning", arn],
      ["GetObject", `${arn}/shop.zip`],
      ["GetObjectVersion", `${arn}/shop.zip`],
    ] as const) {
      it(`fails without s3:${action} (Manage the CodePipeline service role)`, async () => {
        const name = await create(settings, `s3:${action}`);
        const [code, message] = (await ended(name, await newest(name))).error;
        expect([code, message?.split(" is not authorized to perform: ")[1]]).to.deep.equal([
          "PermissionError",
          `s3:${action} on resource: ${resource}`,
        ]);
      });
    }
  });
});
