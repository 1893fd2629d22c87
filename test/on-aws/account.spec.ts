import { expect } from "chai";
import { accountOf, agreementProblem } from "../../rehearsal/aws/account.ts";
import { providerProblem } from "../../rehearsal/aws/account-keys.ts";

const file = "Pulumi.staging.yaml";
const caller = "123456789012";

describe("the account of a rehearsal on AWS", () => {
  it("is that of the credentials if aws:allowedAccountIds names it, also as JSON or as a single id", () => {
    for (const allowed of [["111111111111", caller], `["${caller}"]`, caller, [123456789012]])
      expect(accountOf({ file, allowed, caller })).to.deep.equal({ id: caller });
  });

  it("is refused when aws:allowedAccountIds is not set or empty", () => {
    const problem =
      'Pulumi.staging.yaml: aws:allowedAccountIds is not set, and a rehearsal on AWS works only in an account that it names; set it, as in aws:allowedAccountIds: ["123456789012"]';
    for (const allowed of [undefined, [], "", "[]"])
      expect(accountOf({ file, allowed, caller })).to.deep.equal({ problem });
  });

  it("is refused when STS names another account than the stack's file", () => {
    expect(accountOf({ file, allowed: ["111111111111"], caller })).to.deep.equal({
      problem:
        "account: the credentials belong to 123456789012, and aws:allowedAccountIds of Pulumi.staging.yaml has 111111111111; log in to that account",
    });
  });

  it("is refused when an id does not have 12 digits, as after YAML has read it as a number", () => {
    for (const [allowed, shown] of [
      [[12345678901], "12345678901"],
      ["[12", "[12"],
    ] as const)
      expect(accountOf({ file, allowed, caller })).to.deep.equal({
        problem: `Pulumi.staging.yaml: aws:allowedAccountIds: "${shown}" is not an account's id; write its 12 digits in quotes`,
      });
  });
});

describe("the agreement to a rehearsal on AWS", () => {
  const answers = (answer: string) => () => Promise.resolve(answer);
  const problem = (given: string | undefined, answer?: string) =>
    agreementProblem({ account: caller, given, ask: answer === undefined ? undefined : answers(answer) });

  it("is the account's id, typed at the terminal", async () => {
    expect(await problem(undefined, ` ${caller} `)).to.equal(undefined);
    expect(await problem(undefined, "123456789013")).to.equal(
      '"123456789013" is not 123456789012, the account of the credentials; nothing was changed',
    );
    for (const answer of ["", " "])
      expect(await problem(undefined, answer)).to.equal("no account's id was typed; nothing was changed");
    expect(await problem(undefined, "yes")).to.match(/^"yes" is not 123456789012/);
  });

  it("is --account without a terminal, and there is none without it", async () => {
    expect(await problem(caller)).to.equal(undefined);
    expect(await problem("111111111111")).to.match(/^--account: "111111111111" is not 123456789012/);
    expect(await problem(undefined)).to.equal(
      "there is no terminal to ask at; give the account's id with --account ID",
    );
  });

  it("is still asked for at a terminal when --account is given", async () => {
    expect(await problem(caller, "")).to.equal("no account's id was typed; nothing was changed");
    expect(await problem("111111111111", caller)).to.match(/^--account: "111111111111" is not/);
    expect(await problem(caller, caller)).to.equal(undefined);
  });
});

describe("the credentials of a rehearsal on AWS", () => {
  it("are those of the shell: other keys of the provider are refused", () => {
    const fine = { "aws:region": "eu-central-1", "aws:profile": "shop", "aws:allowedAccountIds": [], "shop:app": "x" };
    expect(providerProblem(file, fine)).to.equal(undefined);
    for (const key of ["aws:assumeRoles", "aws:accessKey", "aws:endpoints", "aws:token"])
      expect(providerProblem(file, { ...fine, [key]: "x" })).to.equal(
        `Pulumi.staging.yaml: ${key} is set, and a rehearsal on AWS uses the credentials of the shell alone; remove the key, and log in to that account or role in the shell`,
      );
  });
});
