import { globSync, readFileSync } from "node:fs";
import { expect } from "chai";

/**
 * Lines that run the package by its bare name although nothing before them has installed it. Somebody else may own that
 * name, and npx would run what they have published.
 */
function bareCalls(text: string): readonly string[] {
  const installed = text.search(/^.*\bnpm install\b(?! \S*compose-ecs-pipeline)/m);
  const calls = [
    ...text.matchAll(/^.*\b(npx|npm exec|npm create|npm install|pnpm dlx|yarn dlx)\b.*compose-ecs-pipeline.*$/gm),
  ];
  return calls.flatMap(({ 0: line, index }) => {
    const named = /(--package|install) \S*(\.tgz|git\+|TARBALL)/.test(line);
    return named || (installed >= 0 && installed <= index) ? [] : [line.trim()];
  });
}

describe("the package's name, which is not registered yet,", () => {
  const pages = [
    "README.md",
    "README.ja.md",
    "UPGRADING.md",
    ...globSync("{docs,examples}/**/*.md", { exclude: ["**/node_modules/**"] }),
  ];

  for (const page of pages.toSorted()) {
    it(`is not used by ${page} before an installation`, () => {
      expect(bareCalls(readFileSync(page, "utf8"))).to.deep.equal([]);
    });
  }

  it("is found where a page uses it bare", () => {
    const text = "npx compose-ecs-pipeline init\ncd infra && npm install\nnpx compose-ecs-pipeline up\n";
    expect(bareCalls(text)).to.deep.equal(["npx compose-ecs-pipeline init"]);
    expect(bareCalls("npm install compose-ecs-pipeline\n")).to.deep.equal(["npm install compose-ecs-pipeline"]);
    expect(bareCalls("npx --package ./compose-ecs-pipeline-0.2.0.tgz compose-ecs-pipeline init\n")).to.deep.equal([]);
  });
});
