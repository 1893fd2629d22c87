import { readFileSync, writeFileSync } from "node:fs";
import { settingsPage } from "./settings-page.ts";
import { settingsProject } from "./settings-project.ts";
import { settingsSchema } from "./settings-schema.ts";

const place = (file: string): URL => new URL(`../${file}`, import.meta.url);

writeFileSync(place("Pulumi.yaml"), settingsProject(readFileSync(place("Pulumi.yaml"), "utf8")));
writeFileSync(place("docs/settings.md"), settingsPage());
writeFileSync(place("settings/stack.schema.json"), settingsSchema());
