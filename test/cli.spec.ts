import type { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { expect } from "chai";
import { run } from "../scripts/cli.ts";
import { gitIn } from "../scripts/git.ts";
import { Refusal } from "../scripts/refusal.ts";
import type { Surroundings } from "../scripts/verb.ts";

const id = "12345678-1234-5678-abcd-12345678abcd";
const waiting = {
  stageStates: [
    { stageName: "Source", actionStates: [{ actionName: "Source", latestExecution: { status: "Succeeded" } }] },
    {
      stageName: "Approve",
      latestExecution: { pipelineExecutionId: id, status: "InProgress" },
      actionStates: [{ actionName: "Approve", latestExecution: { status: "InProgress", token: "t-1" } }],
    },
  ],
};
const revision = {
  revisionId: "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708",
  revisionSummary: JSON.stringify({ ProviderType: "GitHub", CommitMessage: "Fix the basket\n\nIt lost an item." }),
};

/** What happened while a command line was run. */
interface Seen {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Calls that change something, and what was located and asked. */
  readonly done: readonly unknown[];
}

interface World {
  readonly reply?: string;
  readonly state?: object;
  readonly revisions?: readonly object[];
  readonly put?: () => unknown;
}

/** Runs a command line in a world where a run waits for approval, unless it is told otherwise. */
async function release(
  args: string,
  { reply, state = waiting, revisions = [revision], put }: World = {},
): Promise<Seen> {
  const [out, err, done] = [[] as string[], [] as string[], [] as unknown[]];
  const answers: Record<string, () => unknown> = {
    GetPipelineStateCommand: () => state,
    GetPipelineExecutionCommand: () => ({ pipelineExecution: { artifactRevisions: revisions } }),
    PutApprovalResultCommand: put ?? (() => ({})),
  };
  const around: Surroundings = {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask:
      reply === undefined
        ? undefined
        : (question) => {
            done.push(question);
            return Promise.resolve(reply);
          },
    locate: (stack) =>
      stack === "staging"
        ? Promise.resolve({ pipeline: "shop-staging", region: "eu-central-1" })
        : Promise.reject(new Refusal(`stack ${stack}: no stack named '${stack}' found`)),
    client: (region) => {
      done.push(region);
      const send = (command: { readonly input: object; readonly constructor: { readonly name: string } }) => {
        if (command.constructor.name.startsWith("Put")) done.push(command.input);
        return Promise.resolve().then(answers[command.constructor.name]);
      };
      return { send } as unknown as CodePipelineClient;
    },
    ecs: () => {
      throw new Error("these verbs ask ECS nothing");
    },
    git: gitIn("."),
    pause: () => Promise.resolve(),
  };
  const code = await run(args === "" ? [] : args.split(" "), around);
  return { code, out, err, done };
}

const told = `shop-staging: run ${id} waits for approval: 8cf40f2 Fix the basket`;
const put = (status: string, summary: string) => ({
  pipelineName: "shop-staging",
  stageName: "Approve",
  actionName: "Approve",
  token: "t-1",
  result: { status, summary },
});

describe("npm run release", () => {
  it("approves the run that waits, in the stack's region, after it has said which one and been told yes", async () => {
    expect(await release("approve --stack staging", { reply: "y" })).to.deep.equal({
      code: 0,
      out: [told, "shop-staging: approved"],
      err: [],
      done: ["eu-central-1", "approve it? [y/N] ", put("Approved", "approved by npm run release")],
    });
  });

  it("rejects it with a reason, without asking where it is told so", async () => {
    expect(await release("reject --pipeline shop-staging --region us-east-1 --summary Friday --yes")).to.deep.equal({
      code: 0,
      out: [told, "shop-staging: rejected"],
      err: [],
      done: ["us-east-1", put("Rejected", "Friday")],
    });
  });

  it("does nothing where the answer is no, or where nobody can be asked", async () => {
    expect(await release("approve --stack staging", { reply: "" })).to.deep.equal({
      code: 1,
      out: [told],
      err: ["approve: nothing was done"],
      done: ["eu-central-1", "approve it? [y/N] "],
    });
    expect(await release("approve --stack staging")).to.deep.equal({
      code: 1,
      out: [told],
      err: ["approve: nobody is there to ask; give --yes"],
      done: ["eu-central-1"],
    });
  });

  it("refuses where no run waits, also where one is only at its source", async () => {
    const refusal = {
      code: 1,
      out: [],
      err: ["shop-staging: no run waits for approval; push, or wait until the build of one has ended"],
      done: [undefined],
    };
    const running = {
      stageStates: [{ stageName: "Source", actionStates: [{ latestExecution: { status: "InProgress" } }] }],
    };
    for (const state of [{}, running]) {
      expect(await release("approve --pipeline shop-staging --yes", { state })).to.deep.equal(refusal);
    }
  });

  it("refuses where somebody has answered meanwhile, and tells any other failure as AWS words it", async () => {
    const failing = (name: string) => ({
      put: () => {
        throw Object.assign(new Error(`${name}!`), { name });
      },
    });
    const late = [`shop-staging: run ${id} waits no longer, somebody else or its time-out has answered`];
    const errors = [];
    for (const name of [
      "ApprovalAlreadyCompletedException",
      "InvalidApprovalTokenException",
      "AccessDeniedException",
    ]) {
      const { code, err } = await release("approve --stack staging --yes", failing(name));
      errors.push([code, err]);
    }
    expect(errors).to.deep.equal([
      [1, late],
      [1, late],
      [1, ["AccessDeniedException!"]],
    ]);
  });

  it("refuses a stack that Pulumi does not know", async () => {
    expect(await release("approve --stack qa --yes")).to.deep.equal({
      code: 1,
      out: [],
      err: ["stack qa: no stack named 'qa' found"],
      done: [],
    });
  });

  it("says what it can of a run whose source is no commit", async () => {
    const line = async (revisions: readonly object[]) =>
      (await release("approve --stack staging --yes", { revisions })).out[0];
    const run = `shop-staging: run ${id} waits for approval:`;
    expect([
      await line([]),
      await line([{ revisionId: "v.12", revisionSummary: "Amazon S3 version id: v.12" }]),
      await line([{ revisionId: "v.12", revisionSummary: "{}" }]),
    ]).to.deep.equal([`${run} no revision is known`, `${run} v.12 Amazon S3 version id: v.12`, `${run} v.12 {}`]);
  });

  it("says how it is used where it does not understand, and does nothing", async () => {
    const wrong = [
      ["", "no verb is given"],
      ["approves --stack staging", "approves: there is no such verb"],
      ["toString --stack staging", "toString: there is no such verb"],
      ["approve staging --stack staging", "staging: approve takes options only"],
      ["approve", "approve: give either --stack or --pipeline"],
      ["approve --stack staging --pipeline shop-staging", "approve: give either --stack or --pipeline"],
      [`reject --stack staging --summary ${"x".repeat(513)}`, "--summary: CodePipeline takes at most 512 characters"],
      ["approve --stack", "Option '--stack <value>' argument missing"],
      ["approve --force", /^Unknown option '--force'/],
    ] as const;
    for (const [args, message] of wrong) {
      const { code, out, err, done } = await release(args);
      expect({ code, out, done }, args).to.deep.equal({ code: 2, out: [], done: [] });
      if (typeof message === "string") expect(err[0]).to.equal(message);
      else expect(err[0]).to.match(message);
      expect(err[1]?.split("\n")[0]).to.equal("usage: npm run release -- VERB [OPTION]...");
    }
  });
});
