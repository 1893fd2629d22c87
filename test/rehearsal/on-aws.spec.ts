import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { attachProvider, beginRun, endRun, startLocalCloud } from "../../local-cloud/index.ts";
import { destroyRehearsal } from "../../rehearsal/aws/destroy-rehearsal.ts";
import type { Elsewhere } from "../../rehearsal/aws/options.ts";
import { rehearseOnAws } from "../../rehearsal/aws/rehearse-on-aws.ts";
import { createRepository } from "../../rehearsal/example/create-repository.ts";
import { noRegistry } from "../../rehearsal/example/surroundings.ts";
import { ensureImages } from "../../rehearsal/images.ts";
import { git } from "../../rehearsal/kit/commits.ts";
import { clientSettings, engineVariables } from "../../rehearsal/local/engine.ts";
import { runsFolder } from "../../rehearsal/local/place.ts";
import { trustedUrl } from "../../rehearsal/local/trusted-url.ts";

const sourceRoot = fileURLToPath(new URL("../..", import.meta.url));
const account = "000000000000";

describe("a rehearsal on an account, which is the local cloud here,", function () {
  this.timeout(300_000);
  const lines: string[] = [];
  const closers: (() => Promise<unknown> | undefined)[] = [];
  let root: string;
  let elsewhere: Elsewhere;
  let ssm: SSMClient;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), "on-aws-"));
    const run = beginRun(runsFolder);
    closers.push(() => endRun(run));
    await ensureImages({ log: (line) => lines.push(line) });
    const cloud = await startLocalCloud({
      directory: run.directory,
      runId: run.id,
      labels: run.labels,
      log: (line) => lines.push(line),
      surroundings: { ...process.env, npm_config_registry: noRegistry },
      onBuildLine: (_, line) => lines.push(line),
    });
    closers.push(() => cloud.close());
    const variables = engineVariables(cloud, run);
    const provider = await attachProvider(variables);
    closers.push(() => provider.close());
    const client = clientSettings(cloud);
    ssm = new SSMClient(client);
    elsewhere = {
      client,
      variables: { ...variables, ...provider.environment },
      address: () => (cloud.ecs.loadBalancers().length === 0 ? undefined : trustedUrl(cloud)),
      everyMs: 200,
    };
  });
  after(async function () {
    // The lines are what a person needs to look into a failure.
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    for (const close of closers.toReversed()) await close();
    rmSync(root, { recursive: true, force: true });
  });

  /** Copies this project with the small application of the retries, as one commit. */
  const copy = async (directory: string) => {
    const sample = "test/rehearsal/retry-app";
    const { checkout, remote } = await createRepository({ directory, sourceRoot, branch: "main", sample });
    const file = join(checkout, "Pulumi.staging.yaml");
    const { config } = parse(readFileSync(file, "utf8")) as { readonly config: Readonly<Record<string, unknown>> };
    writeFileSync(file, stringify({ config: { ...config, "aws:allowedAccountIds": [account] } }));
    await git(checkout, ["add", "--all"]);
    await git(checkout, ["commit", "--quiet", "--message", "The shop"]);
    symlinkSync(join(sourceRoot, "node_modules"), join(checkout, "node_modules"));
    return { checkout, remote, program: checkout, application: checkout };
  };
  const options = () => ({
    stack: "staging",
    copy,
    about: [],
    given: { MIGRATION: "ok", WEB: "ok", WORKER: "ok" },
    quick: true,
    keep: false,
    say: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
    ask: undefined,
    root,
    elsewhere,
  });

  it("changes nothing and leaves no folder when another account's id is given", async () => {
    expect(await rehearseOnAws({ ...options(), account: "111111111111" })).to.equal(1);
    expect(lines.at(-1)).to.equal(
      `rehearse: --account: "111111111111" is not ${account}, the account of the credentials; nothing was changed`,
    );
    expect(readdirSync(root)).to.deep.equal([]);
  });

  it("goes from nothing to serving, and can be destroyed by name after a second Ctrl-C in its end", async () => {
    let interrupt: () => void = () => undefined;
    const outcome = await rehearseOnAws({
      ...options(),
      account,
      onSignal: (listener) => {
        interrupt = listener;
        return () => undefined;
      },
      say: (line) => {
        lines.push(line);
        if (/▸ destroy/.test(line)) {
          interrupt();
          interrupt();
        }
      },
    });
    expect([outcome, lines.find((line) => /✓ push of HEAD → serving/.test(line))]).to.deep.equal([1, "x"]);
  });
});
