import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { expect } from "chai";
import { anchorsOf, linksOf, pages, textOf } from "../support/pages.ts";

/** The links of a page that lead nowhere. */
function broken(page: string, text = textOf(page)): readonly string[] {
  return linksOf(page, text)
    .filter(({ file, anchor }) => {
      if (!existsSync(file)) return true;
      return anchor !== undefined && file.endsWith(".md") && !anchorsOf(textOf(file)).has(anchor);
    })
    .map(({ target }) => target);
}

/** Code and configuration that may name a page. */
const sources = globSync(
  "{*.ts,bin/*,{bin,bench,build,components,compose,examples,local-cloud,policy,rehearsal,scripts,settings,test,testing,tools}/**/*.{ts,mjs,cjs,json,yml,yaml,sh}}",
  { exclude: ["**/node_modules/**", "**/dist/**"] },
).filter((file) => statSync(file).isFile());

describe("the links of the pages", () => {
  for (const page of pages) {
    it(`lead from ${page} to files and headings that exist`, () => {
      expect(broken(page)).to.deep.equal([]);
    });
  }

  it("are found broken if a file or a heading is missing", () => {
    const text = "# Start\n[a](none.md) [b](#nothing) [c](docs/verbs.md#none) [d](docs/verbs.md#doctor) [e](#start)";
    const lost = broken("README.md", text);
    expect(lost)
      .to.include.members(["none.md", "docs/verbs.md#none", "#nothing"])
      .and.not.include("docs/verbs.md#doctor");
  });

  it("reach every page from README.md", () => {
    const seen = new Set(["README.md"]);
    for (const page of seen) {
      for (const { file } of linksOf(page)) if (file.endsWith(".md") && existsSync(file)) seen.add(file);
    }
    expect(pages.filter((page) => page.startsWith("docs/") && !seen.has(page))).to.deep.equal([]);
  });
});

describe("the pages that code, errors and configuration name", () => {
  it("exist", () => {
    const named = sources.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\bdocs\/[\w-]+\.(?:md|svg)\b/g)].map(([page]) => `${file}: ${page}`),
    );
    expect(named.length).to.be.greaterThan(20);
    expect(named.filter((one) => !existsSync(one.split(": ")[1] ?? ""))).to.deep.equal([]);
  });

  it("have the headings that an error quotes", () => {
    const quoted = sources.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/"([^"]+)" in (docs\/[\w-]+\.md)/g)].map(
        ([, title = "", page = ""]) => `${page}: ${String(textOf(page).includes(`# ${title}\n`))}`,
      ),
    );
    expect([...new Set(quoted)]).to.deep.equal(["docs/network.md: true"]);
  });
});
