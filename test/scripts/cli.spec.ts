import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { release } from "./release/approval-world.ts";

const verbs = [
  ...["init", "rehearse", "doctor", "preview", "up", "status", "release", "approve", "reject"],
  ...["rollback", "resume", "pause", "revisions", "verify", "destroy", "cost"],
];

/** The verbs that take arguments or a command besides options. */
const worded = ["logs", "run", "exec", "parameters"];

describe("npm run release", () => {
  it("lists its verbs, and each verb's options, with --help", async () => {
    const [all, one] = [await release("--help"), await release("status --help")];
    expect([all.code, all.out[0]?.split("\n").map((line) => line.trim().split(" ")[0])]).to.deep.equal([
      0,
      ["usage:", "", ...verbs.slice(0, 9), ...worded, ...verbs.slice(9), "", "VERB"],
    ]);
    expect([one.code, one.out]).to.deep.equal([
      0,
      [
        [
          "usage: npm run release -- status [OPTION]...",
          "",
          "status: what runs now, what is in progress, and what is wrong",
          "",
          "  --stack NAME        the environment, as in Pulumi.NAME.yaml",
          "  --watch             continue until Ctrl-C, and print it again when it changes",
          "  --json              print JSON",
        ].join("\n"),
      ],
    ]);
  });

  it("starts without Pulumi's SDK, which takes half a second to load; only the class of its errors is loaded", () => {
    const hooks = `import { registerHooks } from "node:module";
      const resolve = (name, context, next) => {
        if (name.startsWith("@pulumi/")) console.log(name);
        return next(name, context);
      };
      registerHooks({ resolve });`;
    const args = ["--import", `data:text/javascript,${encodeURIComponent(hooks)}`, "scripts/bin.ts", "--help"];
    const lines = execFileSync(process.execPath, args, { encoding: "utf8" }).split("\n");
    expect(lines.filter((line) => line.startsWith("@pulumi/"))).to.deep.equal(["@pulumi/pulumi/errors.js"]);
    expect(lines).to.include("usage: npm run release -- VERB [OPTION]...");
  });

  it("shows the arguments that a verb takes, and does not parse what follows after --", async () => {
    const { code, out } = await release("run --help -- --json");
    expect([code, out[0]?.split("\n")[0]]).to.deep.equal([
      0,
      "usage: npm run release -- run [OPTION]... -- COMMAND [ARGUMENT]...",
    ]);
  });

  it("prints the usage and does nothing if the command line is wrong", async () => {
    const wrong = [
      ["", "no verb is given"],
      ["approves --stack staging", "approves: there is no such verb"],
      ["toString --stack staging", "toString: there is no such verb"],
      ["approve staging --stack staging", /^approve: Unexpected argument 'staging'/],
      ["--stack staging approve", "no verb is given"],
      ["status --stack staging -- --help", "status: it takes no command after --"],
      ["release", "release: give --stack"],
      ["logs web proxy --stack staging", 'logs: "proxy" is an argument too many'],
      [
        "logs --stack staging --since 10",
        "--since 10: this is not a duration; write a number and a unit, as in 30s, 10m, 2h or 7d",
      ],
      [
        "logs --stack staging --since 0m",
        "--since 0m: this is not a duration; write a number and a unit, as in 30s, 10m, 2h or 7d",
      ],
      ["run -- rake", "run: give --stack"],
      ["run --stack staging", "run: give a command after --"],
      ["run --stack staging rake", 'run: "rake" is an argument too many'],
      [
        "run --stack staging --timeout soon -- rake",
        "--timeout soon: this is not a duration; write a number and a unit, as in 30s, 10m, 2h or 7d",
      ],
      ["parameters", "parameters: give list, diff, set NAME or import FILE"],
      ["parameters get TOKEN --stack staging", "parameters: give list, diff, set NAME or import FILE"],
      ["parameters set --stack staging", "parameters set: it takes one more argument"],
      ["parameters list TOKEN --stack staging", "parameters list: it takes no more arguments"],
      ["parameters list --plain --stack staging", "parameters list: it takes no --plain"],
      ["parameters list", "parameters: give --stack"],
      ...[...verbs.slice(9), "logs", "exec"].map((verb) => [verb, `${verb}: give --stack`] as const),
      ["status", "status: give --stack"],
      ["rehearse", "rehearse: give --stack"],
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
