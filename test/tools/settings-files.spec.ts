import { readFileSync } from "node:fs";
import { expect } from "chai";
import { format, resolveConfig } from "prettier";
import { settingsPage } from "../../tools/settings-page.ts";
import { settingsProject } from "../../tools/settings-project.ts";
import { settingsSchema } from "../../tools/settings-schema.ts";

const read = (file: string): string => readFileSync(file, "utf8");

describe("what `npm run docs:settings` writes", () => {
  for (const [file, parser, written] of [
    ["Pulumi.yaml", "yaml", () => settingsProject(read("Pulumi.yaml"))],
    ["docs/settings.md", "markdown", settingsPage],
    ["settings/stack.schema.json", "json", settingsSchema],
  ] as const)
    it(`is ${file}`, async () => {
      const options = { ...(await resolveConfig(file)), parser };
      expect(read(file)).to.equal(await format(written(), options));
    });
});
