import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { isKey } from "../../settings/table.ts";
import { blocksOf, pages, proseOf, textOf } from "../support/pages.ts";

/** Files of a team's own project, of which pages speak. */
const inProjects = /^(infra|\.)\//;

/** The files that a text names by a path with a folder, outside of its links, and that this repository does not have. */
function lostFiles(page: string, text = textOf(page)): readonly string[] {
  const named = proseOf(text)
    .replaceAll(/\]\([^)]*\)/g, "]")
    .matchAll(/(?<![\w./-])(?:[\w.-]+\/)+[\w-]+\.(?:ts|md|mjs|cjs|yml|yaml|json|sh|svg)\b/g);
  return [...named]
    .map(([file]) => file)
    .filter((file) => !inProjects.test(file) && !existsSync(file) && !existsSync(join(dirname(page), file)));
}

/** The configuration keys in the YAML blocks of a text that the program does not know. */
function lostKeys(text: string): readonly string[] {
  return blocksOf(text)
    .filter(({ language }) => language === "yaml")
    .flatMap(({ lines }) => keysIn(parse(lines.join("\n")) as unknown))
    .filter((key) => !isKey(key));
}

/** The keys with the name of a project in front, at the top or below `config`. */
function keysIn(yaml: unknown): readonly string[] {
  if (typeof yaml !== "object" || yaml === null) return [];
  const config: unknown = "config" in yaml ? yaml.config : yaml;
  return Object.keys(config ?? {}).flatMap((key) => /^(?:shop|compose-ecs-pipeline):(\w+)$/.exec(key)?.[1] ?? []);
}

describe("the names in the pages", () => {
  for (const page of pages) {
    it(`of files and configuration keys exist: ${page}`, () => {
      expect([...lostFiles(page), ...lostKeys(textOf(page))]).to.deep.equal([]);
    });
  }

  it("are found wrong if there is no such file or key", () => {
    expect(lostFiles("README.md", "See test/none.ts, `index.ts` and infra/index.ts.")).to.deep.equal(["test/none.ts"]);
    const text = "```yaml\nconfig:\n  shop:branch: main\n  shop:brunch: main\n```\n```yaml\nshop:wrong: [a]\n```\n";
    expect(lostKeys(text)).to.deep.equal(["brunch", "wrong"]);
  });

  it("of the package's tarball have the version of package.json", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const tarballs = pages.flatMap((page) => [
      ...textOf(page).matchAll(/compose-ecs-pipeline-(?:local-)?(\d[\w.-]*)\.tgz/g),
    ]);
    expect(new Set(tarballs.map(([, named]) => named))).to.deep.equal(new Set([version]));
  });
});
