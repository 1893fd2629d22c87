import { expect } from "chai";
import { selectArtifacts } from "../../../local-cloud/codebuild/artifacts.ts";

describe("artifacts (CodeBuild user guide, Buildspec syntax, artifacts)", () => {
  const paths = [".env", "a.json", "my-build1/my-file1.txt", "my-build2/deep/my-file3.txt", "my-build2/my-file2.txt"];
  const picked = (files: readonly string[], baseDirectory = ".", discardPaths = false) =>
    selectArtifacts({ files, baseDirectory, discardPaths }, paths);
  const names = (...args: Parameters<typeof picked>) => picked(...args).files.map(({ name }) => name);

  it("are single files, those of one folder, or all of it", () => {
    expect(names(["a.json"])).to.deep.equal(["a.json"]);
    expect(names(["./my-build2/my-file2.txt"])).to.deep.equal(["my-build2/my-file2.txt"]);
    expect(names(["my-build2/*"])).to.deep.equal(["my-build2/my-file2.txt"]);
    expect(names(["my-build2/**/*"])).to.deep.equal(["my-build2/deep/my-file3.txt", "my-build2/my-file2.txt"]);
    expect(names(["**/*"])).to.deep.equal(paths);
  });

  it("are selected below a base directory, which is not part of their names", () => {
    expect(names(["*/my-file3.txt"], "my-build2")).to.deep.equal(["deep/my-file3.txt"]);
    expect(names(["**/*"], "my-build*", true)).to.deep.equal(["my-file1.txt", "my-file2.txt", "my-file3.txt"]);
  });

  it("skip a pattern that matches no file, and name it", () => {
    expect(picked(["a.json", "b.json"])).to.deep.equal({
      files: [{ path: "a.json", name: "a.json" }],
      skipped: ["b.json"],
    });
  });
});
