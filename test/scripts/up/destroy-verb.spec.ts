import { expect } from "chai";
import { neededAgreement } from "../../../scripts/verb/agreement.ts";
import { NotUp } from "../../../scripts/pulumi/stack-names.ts";
import { commandLine, type Answers, type CommandWorld } from "../../support/command-line.ts";
import { parameterStore } from "../../support/parameters.ts";
import { playedProject, step, type Operations } from "../../support/project.ts";

const service = "aws:ecs/service:Service";
const gone = { "preview-destroy": [step("delete", service)], destroy: [step("delete", service)] };

interface World {
  readonly operations?: Operations;
  readonly answers?: Answers;
  readonly reply?: string;
  readonly project?: CommandWorld["project"];
  readonly locate?: CommandWorld["locate"];
}

/** Runs a command line for a stack without anything in progress and with two parameters that were written by hand. */
async function destroy(args: string, { operations = gone, ...world }: World = {}) {
  const ran: unknown[] = [];
  const store = parameterStore();
  const { code, out, err } = await commandLine(`destroy --stack staging${args}`, {
    ...world,
    answers: {
      GetPipelineState: () => ({ stageStates: [{ stageName: "Release" }] }),
      DescribeServices: () => ({}),
      GetParametersByPath: ({ NextToken }: { readonly NextToken?: string }) =>
        NextToken === undefined
          ? { Parameters: [{ Name: "/shop/staging/TOKEN" }], NextToken: "more" }
          : { Parameters: [{ Name: "/shop/staging/DATABASE_URL" }] },
      ...store.answers,
      ...world.answers,
    },
    project: { ...playedProject(operations, ran), ...world.project },
  });
  expect([...store.versions.keys()]).to.deep.equal([]);
  return { code, out, err, ran };
}

const would = ["would be", "  1 deleted: service shop-staging"];

describe("npm run release -- destroy", () => {
  it("prints what would be deleted, asks, deletes it, and prints what stays", async () => {
    expect(await destroy("", { reply: "y" })).to.deep.equal({
      code: 0,
      out: [
        ...would,
        "deleted: service shop-staging",
        "1 deleted: service shop-staging",
        "stays: parameter /shop/staging/DATABASE_URL, which Pulumi did not make",
        "stays: parameter /shop/staging/TOKEN, which Pulumi did not make",
        "stays: the revisions of shop-staging, shop-staging-migrate, which cost nothing",
        "stays: the stack itself, empty; `pulumi stack rm staging` removes it",
      ],
      err: [],
      ran: ["preview-destroy", "destroy"],
    });
  });

  it("deletes nothing without a yes, in a dry run, or if there is no one to ask", async () => {
    const seen = [await destroy("", { reply: "n" }), await destroy(""), await destroy(" --dry-run")];
    expect(seen).to.deep.equal([
      { code: 1, out: would, err: ["destroy: nothing was done"], ran: ["preview-destroy"] },
      { code: 1, out: would, err: ["destroy: there is no one to ask; give --yes"], ran: ["preview-destroy"] },
      { code: 0, out: would, err: [], ran: ["preview-destroy"] },
    ]);
  });

  it("refuses what is protected, by name and with the remedy, before anything is deleted", async () => {
    const refused = new Error(
      [
        'shop-production-web (aws:ecr/repository:Repository): resource "urn" cannot be deleted',
        "because it is protected. To unprotect the resource, remove the `protect` flag",
        'shop-production-artifacts (aws:s3/bucket:Bucket): resource "urn" cannot be deleted',
      ].join("\n"),
    );
    expect(await destroy(" --yes", { operations: { "preview-destroy": [refused] } })).to.deep.equal({
      code: 1,
      out: [],
      err: [
        "protected: bucket shop-production-artifacts",
        "protected: repository shop-production-web",
        "stack staging: nothing was deleted; to delete it all the same, run `pulumi config set protect false --stack staging`, then `up`, then `destroy` again",
      ],
      ran: ["preview-destroy"],
    });
  });

  it("asks for the name of a stack that is protected, and of production even if its file does not protect it", async () => {
    const project = { isProtected: () => Promise.resolve(true) };
    const typed = await destroy("", { project, reply: "staging" });
    const yes = await destroy("", { project, reply: "yes" });
    const unprotected = { isProtected: () => Promise.resolve(false) };
    expect(await neededAgreement(unprotected, "production", [])).to.equal("name");
    expect([typed.ran, yes.ran, yes.err]).to.deep.equal([
      ["preview-destroy", "destroy"],
      ["preview-destroy"],
      ["destroy: that is not staging; nothing was done"],
    ]);
  });

  it("refuses while a run is in Release, and says which other run ends with its pipeline", async () => {
    const run = { pipelineExecutionId: "42", status: "InProgress" };
    const answers = (stageName: string) => ({
      GetPipelineState: () => ({ stageStates: [{ stageName, latestExecution: run }] }),
    });
    const inRelease = await destroy(" --yes", { answers: answers("Release") });
    const building = await destroy(" --yes --dry-run", { answers: answers("Build") });
    expect([inRelease, building]).to.deep.equal([
      {
        code: 1,
        out: [],
        ran: [],
        err: ["run 42 is in Release\nstack staging: nothing was deleted; run `destroy` again when that has ended"],
      },
      {
        code: 0,
        out: ["run 42 is in progress, and ends with its pipeline", ...would],
        err: [],
        ran: ["preview-destroy"],
      },
    ]);
  });

  it("deletes a stack whose up ended before it had names, and says how far a failed destroy came", async () => {
    const locate = () => Promise.reject(new NotUp("stack staging: it has no pipeline"));
    const failing = {
      ...gone,
      destroy: [step("delete", service), new Error("shop (aws:s3/bucket:Bucket): BucketNotEmpty")],
    };
    const seen = [await destroy(" --yes", { locate }), await destroy(" --yes", { operations: failing })];
    expect(seen.map(({ code, err, ran }) => ({ code, err, ran }))).to.deep.equal([
      { code: 0, err: [], ran: ["preview-destroy", "destroy"] },
      {
        code: 1,
        err: [
          "shop (aws:s3/bucket:Bucket): BucketNotEmpty",
          "stack staging: 1 deleted before it ended, and recorded in the state; `npm run release -- destroy --stack staging` continues from there",
        ],
        ran: ["preview-destroy", "destroy"],
      },
    ]);
  });
});

describe("npm run release -- preview", () => {
  const preview = (args: string, operations: Operations, ran: unknown[] = []) =>
    commandLine(`preview${args}`, { project: playedProject(operations, ran) });

  it("prints what would change, with exit code 0 whether that is nothing or something", async () => {
    const seen = [
      await preview(" --stack staging", {}),
      await preview(" --stack staging", { preview: [step("create", service)] }),
      await preview(" --stack staging --json", { preview: [step("create", service)] }),
    ];
    const change = { what: "created", token: service, type: "service", name: "shop-staging", differences: [] };
    expect(seen.map(({ code, out, err }) => [code, out, err])).to.deep.equal([
      [0, ["nothing would change"], []],
      [0, ["would be", "  created: service shop-staging", "in total", "  1 created: service shop-staging"], []],
      [0, [JSON.stringify({ kind: "changed", change }), JSON.stringify({ kind: "planned", changes: [change] })], []],
    ]);
  });

  it("fails with the program's refusal, and requires --stack", async () => {
    const refused = await preview(" --stack staging", { preview: [new Error("Pulumi.staging.yaml: app is not set")] });
    const usage = await preview("", {});
    expect([refused.code, refused.err, usage.code, usage.err[0]]).to.deep.equal([
      1,
      ["Pulumi.staging.yaml: app is not set"],
      2,
      "preview: give --stack",
    ]);
  });
});
