import { expect } from "chai";
import { stackProblem } from "../../../scripts/pulumi/stack-problem.ts";

const self = { host: "desk", runs: (pid: number) => pid === 7 };
const problem = (message: string) => stackProblem(new Error(message), { stack: "staging", verb: "up", self });
const locked = (...holders: readonly string[]) =>
  [
    `the stack is currently locked by ${holders.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.`,
    ...holders.map((holder) => `  file:///state/locks/1.json: created by ${holder} at 2026-11-24T12:00:00Z`),
  ].join("\n");

describe("an error of Pulumi, in words", () => {
  it("says who has held Pulumi's lock since when, and whether to wait or to break it", () => {
    expect(problem(locked("ann@desk (pid 7)", "ann@desk (pid 8)", "bob@laptop (pid 7)"))).to.deep.equal([
      "stack staging: ann on desk (process 7) has held Pulumi's lock since 2026-11-24 12:00:00; wait until that has ended",
      "stack staging: ann on desk (process 8) has held Pulumi's lock since 2026-11-24 12:00:00, but no longer runs; run `pulumi cancel --stack staging`, then `up` again",
      "stack staging: bob on laptop (process 7) has held Pulumi's lock since 2026-11-24 12:00:00; wait until that has ended, or, if it was killed, run `pulumi cancel --stack staging`, then `up` again",
    ]);
    expect(problem("[409] Conflict: Another update is currently in progress.")).to.deep.equal([
      "stack staging: another update of it is in progress; wait until it has ended, or, if it was killed, run `pulumi cancel --stack staging`, then `up` again",
    ]);
  });

  it("says what to do about metadata that a killed Pulumi has left half written", () => {
    expect(problem("failed to load checkpoint: EOF")).to.deep.equal([
      "stack staging: failed to load checkpoint: EOF; a killed Pulumi has left an empty .attrs file next to the state: delete it; the state itself is complete, and a backend URL that ends in ?metadata=skip has no such file",
    ]);
  });

  it("says that Pulumi was killed, without everything that it had printed", () => {
    expect(
      problem("code: -2\n stderr: Command was killed with SIGKILL: pulumi up\n +  aws:iam:Role a creating"),
    ).to.deep.equal(["stack staging: pulumi was ended by SIGKILL"]);
  });

  it("keeps AWS's message but for its full stop, and adds a remedy", () => {
    const again = "`npm run release -- up --stack staging`";
    const said = [
      "shop-staging (aws:ecs/service:Service): ExpiredTokenException: The security token included in the request is expired",
      "shop-staging (aws:iam/role:Role): ThrottlingException: Rate exceeded",
      "shop-staging (aws:iam/role:Role): AccessDenied: User bob is not authorized to perform: iam:CreateRole",
      "shop-staging (aws:iam/role:Role): EntityAlreadyExists: Role with name shop-staging-build already exists.",
      "Pulumi.staging.yaml: sourceRepository is not set",
    ];
    expect(said.map((line) => problem(line).slice(-1))).to.deep.equal([
      [`the credentials are no longer valid: log in to AWS again, then ${again}; it continues where this one ended`],
      [`AWS had too many requests: wait a minute, then ${again}; it continues where this one ended`],
      [`the credentials may not do that: use others, or ask for that permission, then ${again}`],
      [
        "it exists in AWS, but not in Pulumi's state: another stack has it, or it was created by hand; delete it, or take it over with `pulumi import`",
      ],
      ["Pulumi.staging.yaml: sourceRepository is not set"],
    ]);
    expect(said.map((line) => problem(line)[0])).to.deep.equal(said.map((line) => line.replace(/\.$/, "")));
  });
});
