import { expect } from "chai";
import { awsError } from "../../support/command-line.ts";
import { at, all, parameters, put, arrives, secret } from "./parameters-world.ts";

describe("parameters", () => {
  it("import lists by name what is new, changed and the same, asks, and writes what differs", async () => {
    const [token, added, same] = [secret(), secret(), secret()];
    const there = [...all, at("/shop/staging/SAME")];
    const values = { "/shop/staging/TOKEN": secret(), "/shop/staging/SAME": same };
    const file = `TOKEN=${token}\nNEW='${added}'\nSAME=${same}\n`;
    const seen = await parameters("import x.env", { there, values, file, reply: "y" });
    expect(seen).to.deep.equal({
      code: 0,
      out: ["new: NEW", "changed: TOKEN", "same: SAME", "2 parameter(s) put"],
      err: ["not declared in Pulumi.staging.yaml, so no container reads it: NEW; add it to parameters", arrives],
      done: [
        ...["eu-central-1", "import it? [y/N] "],
        put("TOKEN", token, { Overwrite: true, KeyId: "alias/own" }),
        put("NEW", added),
      ],
    });
  });

  it("import writes nothing if the answer is no, in a dry run, and if everything is the same", async () => {
    const token = secret();
    const values = { "/shop/staging/TOKEN": token };
    const puts = async (args: string, file: string, reply?: string) => {
      const { code, done } = await parameters(args, { values, file, ...(reply !== undefined && { reply }) });
      return [code, done.filter((one) => typeof one === "object")];
    };
    expect([
      await puts("import x.env", "TOKEN=other", "n"),
      await puts("import x.env", "TOKEN=other"),
      await puts("import x.env --dry-run", "TOKEN=other"),
      await puts("import x.env", `TOKEN=${token}`),
    ]).to.deep.equal([
      [1, []],
      [1, []],
      [0, []],
      [0, []],
    ]);
  });

  it("import refuses all bad lines and all names that may not be written, before anything is written", async () => {
    const bad = await parameters("import x.env --yes", { file: "TOKEN=ok\nA=\nnothing\n" });
    const names = await parameters("import x.env --yes", { file: "TOKEN=ok\nMADE=x\nSHARED=y\n" });
    const empty = await parameters("import x.env --yes", { file: "# nothing\n" });
    const absent = await parameters("import y.env --yes");
    expect([bad, names, empty, absent].map(({ code, out, err, done }) => [code, out, err, done])).to.deep.equal(
      [
        "x.env:2:1: A has no value; give it one, or remove the line\nx.env:3:1: this is not NAME=value; write it like that, with quotes around a value of several lines\nnothing was done",
        "MADE: `up` writes it; run `pulumi config set --secret secrets:MADE`\nSHARED: Pulumi.staging.yaml reads it from /shared/key; put it there",
        "x.env: it has no line NAME=value; nothing was done",
        "y.env: it cannot be read; give the path of an env file",
      ].map((message) => [1, [], [message], ["eu-central-1"]]),
    );
  });

  it("import says what it has not written if AWS fails half-way", async () => {
    let puts = 0;
    const PutParameter = () => {
      if (++puts === 2) throw awsError("ThrottlingException", "Rate exceeded");
      return { Version: 1 };
    };
    const { code, err } = await parameters("import x.env --yes", {
      there: [],
      file: "TOKEN=a1\nB=b2\nC=c3\n",
      more: { PutParameter },
    });
    expect([code, err.slice(1)]).to.deep.equal([
      1,
      [
        "not put: B, C; run it again when this is corrected:",
        "AWS: too many requests (Rate exceeded); wait a minute, then try again",
      ],
    ]);
  });
});
