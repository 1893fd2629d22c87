import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateBucketCommand, ListBucketsCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { attachProvider, beginRun, endRun, startLocalCloud } from "../../local-cloud/index.ts";
import { accountClients, type AccountClients } from "../../rehearsal/aws/clients.ts";
import { destroyRehearsal } from "../../rehearsal/aws/destroy-rehearsal.ts";
import { facts } from "../../rehearsal/aws/facts.ts";
import { existing } from "../../rehearsal/aws/look.ts";
import type { Elsewhere } from "../../rehearsal/aws/options.ts";
import { rehearseOnAws } from "../../rehearsal/aws/rehearse-on-aws.ts";
import { createRepository } from "../../rehearsal/example/create-repository.ts";
import { noRegistry } from "../../rehearsal/example/surroundings.ts";
import { ensureImages } from "../../rehearsal/images.ts";
import { git } from "../../rehearsal/kit/commits.ts";
import { clientSettings, engineVariables } from "../../rehearsal/local/engine.ts";
import { runsFolder } from "../../rehearsal/local/place.ts";
import { trustedUrl } from "../../rehearsal/local/trusted-url.ts";
import { stepByStep } from "../support/step-by-step.ts";

const sourceRoot = fileURLToPath(new URL("../..", import.meta.url));
const account = "000000000000";

describe("a rehearsal on an account, which is the local cloud here,", function () {
  this.timeout(300_000);
  stepByStep();
  const lines: string[] = [];
  const closers: (() => Promise<unknown> | undefined)[] = [];
  let root: string;
  let elsewhere: Elsewhere;
  let clients: AccountClients;
  let name: string;

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
    clients = accountClients(client);
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
  const say = (line: string) => void lines.push(line);
  const destroyed = () => destroyRehearsal({ name, root, elsewhere, say, warn: say });
  const printed = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
  const factAnswers = () => facts.map(({ question }) => lines[lines.indexOf(`  ${question}`) + 1]?.trim());

  const options = () => ({
    stack: "staging",
    copy,
    about: [],
    given: { MIGRATION: "ok", WEB: "ok", WORKER: "ok" },
    quick: true,
    keep: false,
    say,
    warn: say,
    ask: undefined,
    root,
    elsewhere,
  });

  it("changes nothing and leaves no folder when another account's id is given", async () => {
    expect(await rehearseOnAws({ ...options(), account: "111111111111" })).to.equal(1);
    expect(lines.at(-1)).to.equal(
      `rehearse: --account: "111111111111" is not ${account}, the account of the credentials; nothing was changed`,
    );
    expect(printed(/^ {2}\$\d+\.\d\d in total, if it takes 0\.75 hours/)).to.equal(1);
    expect(readdirSync(root)).to.deep.equal([]);
  });

  it("goes from nothing to serving, and keeps its state when a second Ctrl-C stops its end", async () => {
    let interrupt: () => void = () => undefined;
    const code = await rehearseOnAws({
      ...options(),
      account,
      onSignal: (listener) => {
        interrupt = listener;
        return () => undefined;
      },
      say: (line) => {
        lines.push(line);
        if (line.includes("▸ destroy")) for (const press of [interrupt, interrupt]) press();
      },
    });
    expect([code, printed(/✓ up from nothing/), printed(/✓ push of HEAD → serving/)]).to.deep.equal([1, 1, 1]);
    [name = ""] = readdirSync(root);
    expect(printed(new RegExp(`costs money; go on with .bin/rehearse --on-aws --destroy ${name}.$`))).to.equal(1);
    const answers = factAnswers().slice(0, 4);
    expect(answers).to.deep.equal(["yes", "yes", "yes", "yes, no call was refused"]);
  });

  it("does not begin while an earlier one still exists", async () => {
    expect(await rehearseOnAws({ ...options(), account })).to.equal(1);
    expect(lines.at(-1)).to.match(/: an earlier rehearsal on AWS still exists and costs money; run /);
    expect(readdirSync(root)).to.deep.equal([name]);
  });

  it("is destroyed by its name, and lists by its tag what is left that its stacks did not create", async () => {
    const own = { app: "shop", environment: name, prefix: `shop-${name}` };
    expect(await existing(clients, own)).to.include.members([`pipeline shop-${name}`, `cluster shop-${name}`]);
    const left = { Bucket: "left-over" };
    const TagSet = [{ Key: "compose-ecs-pipeline:rehearsal", Value: own.prefix }];
    await clients.s3.send(new CreateBucketCommand(left));
    await clients.s3.send(new PutBucketTaggingCommand({ ...left, Tagging: { TagSet } }));
    const from = lines.length;
    expect(await destroyed()).to.equal(0);
    const said = lines.slice(from);
    expect(said.filter((line) => /^stack .*: [1-9]\d* resources deleted$/.test(line))).to.have.lengthOf(2);
    expect(said).to.include("  arn:aws:s3:::left-over");
    expect([await existing(clients, own), readdirSync(root)]).to.deep.equal([[], []]);
    const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).to.deep.equal(["left-over"]);
    expect(await destroyed()).to.equal(1);
    expect(lines.at(-1)).to.match(/^rehearse: --destroy rehearsal-\w{4}: there is no such rehearsal in /);
  });
});
