import { expect } from "chai";
import { awsError, commandLine, type Seen } from "../support/command-line.ts";

const id = "12345678-1234-5678-abcd-12345678abcd";
const verbs = [
  ...["doctor", "preview", "up", "status", "release", "approve", "reject"],
  ...["rollback", "resume", "pause", "revisions", "verify", "destroy", "cost"],
];
/** Those that take words or a command beside their options. */
const worded = ["logs", "run", "exec", "parameters"];
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

interface World {
  readonly reply?: string;
  readonly state?: object;
  readonly revisions?: readonly object[];
  readonly put?: () => unknown;
  readonly author?: string;
}

/** Runs a command line in a world where a run waits for approval, unless it is told otherwise. */
const release = (
  args: string,
  { reply, state = waiting, revisions = [revision], put, author }: World = {},
): Promise<Seen> =>
  commandLine(args, {
    ...(reply !== undefined && { reply }),
    git: { author: (commit) => Promise.resolve(commit === revision.revisionId ? author : undefined) },
    answers: {
      GetPipelineState: () => state,
      GetPipelineExecution: () => ({ pipelineExecution: { artifactRevisions: revisions } }),
      PutApprovalResult: put ?? (() => ({})),
    },
  });

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

  it("says who wrote the commit where the checkout knows it", async () => {
    expect((await release("approve --stack staging --dry-run", { author: "Ada" })).out).to.deep.equal([
      `${told} by Ada`,
    ]);
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

  it("refuses where somebody has answered meanwhile, and tells any other failure of AWS in a line", async () => {
    const failing = (name: string) => ({
      put: () => {
        throw Object.assign(awsError(name), { $metadata: { httpStatusCode: 400 } });
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
      [1, ["AWS: AccessDeniedException!; use credentials that may, or ask for that permission"]],
    ]);
  });

  it("says that an answer may have arrived where AWS does not answer itself", async () => {
    const { code, out, err } = await release("approve --stack staging --yes", {
      put: () => {
        throw awsError("TimeoutError", "");
      },
    });
    expect([code, out.length, err]).to.deep.equal([
      1,
      1,
      [
        "shop-staging: whether the answer has arrived is not known; give it again, a second one is refused",
        "AWS: it cannot be reached (TimeoutError); look at network and proxy, then try again",
      ],
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

  it("tells a dry run which run waits, and answers nothing", async () => {
    expect(await release("approve --stack staging --dry-run")).to.deep.equal({
      code: 0,
      out: [told],
      err: [],
      done: ["eu-central-1"],
    });
  });

  it("tells its verbs, and each verb's options, where it is asked", async () => {
    const [all, one] = [await release("--help"), await release("status --help")];
    expect([all.code, all.out[0]?.split("\n").map((line) => line.trim().split(" ")[0])]).to.deep.equal([
      0,
      ["usage:", "", ...verbs.slice(0, 7), ...worded, ...verbs.slice(7), "", "VERB"],
    ]);
    expect([one.code, one.out]).to.deep.equal([
      0,
      [
        [
          "usage: npm run release -- status [OPTION]...",
          "",
          "status: what runs now, what is under way, and what is not as it should be",
          "",
          "  --stack NAME        the environment, as in Pulumi.NAME.yaml",
          "  --watch             go on until Ctrl-C, and tell it anew when it has changed",
          "  --json              say it as JSON",
        ].join("\n"),
      ],
    ]);
  });

  it("tells the words that a verb takes, and asks nothing of what stands behind --", async () => {
    const { code, out } = await release("run --help -- --json");
    expect([code, out[0]?.split("\n")[0]]).to.deep.equal([
      0,
      "usage: npm run release -- run [OPTION]... -- COMMAND [ARGUMENT]...",
    ]);
  });

  it("says how it is used where it does not understand, and does nothing", async () => {
    const wrong = [
      ["", "no verb is given"],
      ["approves --stack staging", "approves: there is no such verb"],
      ["toString --stack staging", "toString: there is no such verb"],
      ["approve staging --stack staging", /^approve: Unexpected argument 'staging'/],
      ["--stack staging approve", "no verb is given"],
      ["status --stack staging -- --help", "status: it takes no command behind --"],
      ["release", "release: give --stack"],
      ["logs web proxy --stack staging", 'logs: "proxy" is a word too many'],
      [
        "logs --stack staging --since 10",
        "--since 10: this is no duration; write a number and a unit, as in 30s, 10m, 2h or 7d",
      ],
      [
        "logs --stack staging --since 0m",
        "--since 0m: this is no duration; write a number and a unit, as in 30s, 10m, 2h or 7d",
      ],
      ["run -- rake", "run: give --stack"],
      ["run --stack staging", "run: give a command behind --"],
      ["run --stack staging rake", 'run: "rake" is a word too many'],
      [
        "run --stack staging --timeout soon -- rake",
        "--timeout soon: this is no duration; write a number and a unit, as in 30s, 10m, 2h or 7d",
      ],
      ["parameters", "parameters: say list, diff, set NAME or import FILE"],
      ["parameters get TOKEN --stack staging", "parameters: say list, diff, set NAME or import FILE"],
      ["parameters set --stack staging", "parameters set: it takes one word more"],
      ["parameters list TOKEN --stack staging", "parameters list: it takes no word more"],
      ["parameters list --plain --stack staging", "parameters list: it takes no --plain"],
      ["parameters list", "parameters: give --stack"],
      ...[...verbs.slice(7), "logs", "exec"].map((verb) => [verb, `${verb}: give --stack`] as const),
      ["status", "status: give --stack"],
      ["doctor", "doctor: give --stack"],
      ["approve", "approve: give either --stack or --pipeline"],
      ["approve --stack staging --pipeline shop-staging", "approve: give either --stack or --pipeline"],
      [`reject --stack staging --summary ${"x".repeat(513)}`, "--summary: CodePipeline takes at most 512 characters"],
      ["approve --stack", "approve: Option '--stack <value>' argument missing"],
      ["approve --force", /^approve: Unknown option '--force'/],
    ] as const;
    for (const [args, message] of wrong) {
      const { code, out, err, done } = await release(args);
      expect({ code, out, done }, args).to.deep.equal({ code: 2, out: [], done: [] });
      if (typeof message === "string") expect(err[0]).to.equal(message);
      else expect(err[0]).to.match(message);
      expect(err[1]?.split("\n")[0]).to.match(
        new RegExp(`^usage: npm run release -- (VERB|${[...verbs, ...worded].join("|")}) \\[OPTION\\]\\.\\.\\.( .+)?$`),
      );
    }
  });
});
