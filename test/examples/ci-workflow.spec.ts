import { accessSync, constants, readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly if: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly "timeout-minutes": number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, { readonly paths: readonly string[] }>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: { readonly preview: Job; readonly up: Job };
}

const folder = new URL("../../examples/ci/", import.meta.url);

describe("examples/ci/github.yml", () => {
  const text = readFileSync(new URL("github.yml", folder), "utf8");
  const { on, permissions, jobs } = parse(text) as Workflow;

  it("runs for the same files on a pull request and on a push", () => {
    expect([Object.keys(on), on["push"]?.paths]).to.deep.equal([["pull_request", "push"], on["pull_request"]?.paths]);
  });

  it("gives each job the permissions that it needs and no others, and no stored secret", () => {
    expect([permissions, jobs.preview.permissions, jobs.up.permissions]).to.deep.equal([
      {},
      { contents: "read", "id-token": "write", "pull-requests": "write" },
      { contents: "read", "id-token": "write" },
    ]);
    expect(text).not.to.include("secrets.");
    const tokens = [...jobs.preview.steps, ...jobs.up.steps].filter(({ env }) => env?.["GH_TOKEN"] !== undefined);
    expect(tokens.map(({ run = "" }) => run.split(" ").slice(0, 3).join(" "))).to.deep.equal(["gh pr comment"]);
  });

  it("previews no pull request of a fork", () => {
    expect(jobs.preview.if).to.include("github.event.pull_request.head.repo.full_name == github.repository");
  });

  it("runs one up at a time, never ends one that runs, and gives it longer than it waits", () => {
    expect(jobs.up.concurrency).to.deep.equal({ group: "up-staging", "cancel-in-progress": false });
    expect(jobs.up["timeout-minutes"]).to.be.greaterThan(30);
  });

  it("fetches the whole history for up, keeps no token in a checkout, and calls the script", () => {
    const checkouts = [jobs.preview, jobs.up].map(({ steps }) =>
      steps.find(({ uses = "" }) => uses.startsWith("actions/checkout")),
    );
    expect(checkouts.map((step) => step?.with)).to.deep.equal([
      { "persist-credentials": false },
      { "fetch-depth": 0, "persist-credentials": false },
    ]);
    const calls = [jobs.preview, jobs.up].flatMap(({ steps }) =>
      steps.flatMap(({ run = "" }) => (run.startsWith("./deliver.sh ") ? [run] : [])),
    );
    expect(calls).to.deep.equal(['./deliver.sh preview staging >"$RUNNER_TEMP/preview.md"', "./deliver.sh up staging"]);
    accessSync(new URL("deliver.sh", folder), constants.X_OK);
  });
});
