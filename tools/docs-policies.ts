import { writeFileSync } from "node:fs";
import { exampleNames, policies } from "../scripts/people/policies.ts";

for (const [name, policy] of Object.entries(policies(exampleNames))) {
  writeFileSync(new URL(`../docs/policies/${name}.json`, import.meta.url), JSON.stringify(policy));
}
