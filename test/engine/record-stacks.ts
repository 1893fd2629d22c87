// Records the stacks that same-stacks.spec.ts runs `up` on, as the program of this commit creates them: a first `up`, a
// release of each service, a second `up`. Takes two minutes. Run it before a part that must not change what people have, and
// name the commit in the test:
//   . .tools/env && node test/engine/record-stacks.ts > test/engine/earlier-stacks.jsonl
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { releaseOf, startEngine } from "./engine.ts";
import { everyOption, type EveryOption, prepareEveryOption } from "./every-option.ts";
import { extensionFile } from "./option-sets.ts";
import { pack, type RecordedResource, type RecordedStack } from "./recorded-stacks.ts";

const extension = fileURLToPath(new URL(extensionFile, import.meta.url));
const files: Record<string, string> = { [extensionFile]: readFileSync(extension, "utf8") };
const stacks: RecordedStack[] = [];
for (const each of everyOption) stacks.push(await record(each));
process.stdout.write(pack({ files, stacks }));

/** Creates a stack on a separate engine. */
async function record({ environment, title, configuration }: EveryOption): Promise<RecordedStack> {
  const engine = await startEngine();
  try {
    await prepareEveryOption(engine, extension);
    const { outputs } = await engine.run("up", environment, { configuration });
    for (const service of outputs["serviceNames"] as readonly string[])
      await engine.change(releaseOf(service, "aaaaaaa"));
    // What scales comes with the first `up` after a release.
    await engine.run("up", environment);
    const composeFile = `docker-compose-${environment}.yml`;
    files[composeFile] = readFileSync(join(engine.directory, composeFile), "utf8");
    const options = { cwd: engine.directory, env: engine.environment, maxBuffer: 2 ** 26 };
    const state = execFileSync("pulumi", ["stack", "export", "--show-secrets", "--stack", environment], options);
    const { deployment } = JSON.parse(state.toString()) as {
      readonly deployment: { readonly resources: readonly RecordedResource[] };
    };
    return { environment, title, configuration, cloud: await engine.cloud(), resources: sameIds(deployment.resources) };
  } finally {
    await engine.close();
  }
}

/** The resources with the same ids of providers in each stack: Pulumi's are random, and equal lines are recorded once. */
function sameIds(resources: readonly RecordedResource[]): readonly RecordedResource[] {
  const providers = resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
  const text = providers.reduce((all, { id = "" }, index) => {
    return all.replaceAll(id, `00000000-0000-4000-8000-00000000000${index}`);
  }, JSON.stringify(resources));
  return JSON.parse(text) as readonly RecordedResource[];
}
