import { readFileSync } from "node:fs";
import { expect } from "chai";
import { format, resolveConfig } from "prettier";
import { composePage } from "../../tools/compose-page.ts";

describe("docs/compose.md", () => {
  it("is what `npm run docs:compose` writes", async () => {
    const options = { ...(await resolveConfig("docs/compose.md")), parser: "markdown" };
    expect(readFileSync("docs/compose.md", "utf8")).to.equal(await format(composePage(), options));
  });
});
