import { expect } from "chai";
import { primarySource, readVariables } from "../../../local-cloud/codepipeline/build-action.ts";
import { type Namespaces, resolveVariables } from "../../../local-cloud/codepipeline/declaration.ts";

describe("variables", () => {
  it("are replaced everywhere in a text, and must have a value", () => {
    const namespaces: Namespaces = new Map<string, Record<string, string>>([
      ["SourceVariables", { CommitId: "a1b2c3d" }],
      ["codepipeline", { PipelineExecutionId: "run" }],
    ]);
    expect(
      resolveVariables("#{SourceVariables.CommitId} in #{codepipeline.PipelineExecutionId}, ${not}", namespaces),
    ).to.equal("a1b2c3d in run, ${not}");
    expect(() => resolveVariables("#{SourceVariables.Author}", namespaces)).to.throw(
      "An action execution variable could not be resolved: #{SourceVariables.Author}",
    );
  });
});

describe("the CodeBuild action's configuration", () => {
  const place = (name: string) => ({ name, bucket: "artifacts", key: name });

  it("has plain text variables by default", () => {
    expect(
      readVariables('[{"name":"A","value":"1"},{"name":"B","value":"/b","type":"PARAMETER_STORE"}]'),
    ).to.deep.equal([
      { name: "A", value: "1", type: "PLAINTEXT" },
      { name: "B", value: "/b", type: "PARAMETER_STORE" },
    ]);
  });

  it("names the primary source among several", () => {
    const inputs = [place("Source"), place("BuildOutput")];
    expect(primarySource(inputs, "BuildOutput")).to.deep.equal(place("BuildOutput"));
    expect(() => primarySource(inputs, undefined)).to.throw(
      "PrimarySource is required when there is more than one input artifact",
    );
    expect(() => primarySource(inputs, "Other")).to.throw("PrimarySource Other is not one of the input artifacts");
  });
});
