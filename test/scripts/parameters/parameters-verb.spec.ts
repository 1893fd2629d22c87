import { expect } from "chai";
import { awsError } from "../../support/command-line.ts";
import { declared, at, all, parameters, put, arrives, secret } from "./parameters-world.ts";

describe("parameters", () => {
  it("list prints each parameter with its readers, and requests no value", async () => {
    const { code, out } = await parameters("list", { there: [...all, at("/shared/key")] });
    const when = "version 2, changed 2026-11-20T10:00:00.000Z, read by";
    expect([code, out]).to.deep.equal([
      0,
      [
        `/shop/staging/LEVEL: String, ${when} no container`,
        `/shop/staging/MADE: SecureString, ${when} no container`,
        `/shop/staging/TOKEN: SecureString, ${when} web, migrate`,
        `/shared/key: SecureString, ${when} no container`,
      ],
    ]);
    const { out: json } = await parameters("list --json", { there: all.slice(0, 1) });
    expect(json).to.deep.equal([
      '{"name":"/shop/staging/TOKEN","type":"SecureString","version":2,"changedAt":"2026-11-20T10:00:00.000Z","readBy":["web","migrate"]}',
    ]);
  });

  it("list also works before the first up", async () => {
    const qa = { ...declared, stack: "qa" };
    const { code, out } = await parameters("list", { declared: qa, there: all.slice(1, 2) });
    expect([code, out]).to.deep.equal([
      0,
      ["/shop/staging/MADE: SecureString, version 2, changed 2026-11-20T10:00:00.000Z"],
    ]);
  });

  it("diff prints what is missing, of another type and unused, and its exit code says whether up would refuse", async () => {
    const there = [at("/shop/staging/MADE", "String"), at("/shop/staging/OLD")];
    const { code, out } = await parameters("diff", { there });
    expect([code, out]).to.deep.equal([
      3,
      [
        "missing: /shared/key; put it there",
        "missing: /shop/staging/TOKEN; run `npm run release -- parameters set TOKEN --stack staging`",
        "wrong type: /shop/staging/MADE is a String; it must be a SecureString",
        "unused: /shop/staging/OLD; declare it in Pulumi.staging.yaml, or delete it",
      ],
    ]);
    expect(await parameters("diff", { there: [...all, at("/shared/key")] })).to.deep.include({ code: 0, out: [] });
    const json = await parameters("diff --json", { there: [...all, at("/shared/key")] });
    expect(json.out).to.deep.equal(['{"missing":[],"unused":[],"wrongType":[]}']);
  });

  it("set writes what is typed without the last newline, and keeps an existing KMS key", async () => {
    const typed = secret();
    const { code, out, err, done } = await parameters("set TOKEN", { typed: `${typed}\n` });
    expect({ code, out, err, done }).to.deep.equal({
      code: 0,
      out: ["/shop/staging/TOKEN: SecureString, version 3"],
      err: [arrives],
      done: ["eu-central-1", put("TOKEN", typed, { Overwrite: true, KeyId: "alias/own" })],
    });
  });

  it("set accepts a full name, a plain value and the editor, and says if no container reads it", async () => {
    const { out, err, done } = await parameters("set /shop/staging/NEW --plain --edit", { typed: "debug" });
    expect([out, err, done[1]]).to.deep.equal([
      ["/shop/staging/NEW: String, version 3"],
      ["not declared in Pulumi.staging.yaml, so no container reads it: NEW; add it to parameters", arrives],
      put("NEW", "debug", { Type: "String" }),
    ]);
  });

  it("set refuses what people may not write, another type, an empty and a long value, and writes nothing", async () => {
    const wrong = [
      [
        "set /shop/production/TOKEN",
        "x",
        "/shop/production/TOKEN: it is not below /shop/staging; choose a name below it, or the --stack that it belongs to",
      ],
      [
        "set .release/rollback-hold",
        "x",
        ".release/rollback-hold: this is not the name of a Compose variable; use letters, digits and _",
      ],
      ["set REDIS_URL", "x", "REDIS_URL: `up` writes it, with the database or cache that it creates"],
      ["set SHARED", "x", "SHARED: Pulumi.staging.yaml reads it from /shared/key; put it there"],
      ["set MADE", "x", "MADE: `up` writes it; run `pulumi config set --secret secrets:MADE`"],
      ["set LEVEL --plain", "x", "LEVEL: `up` writes it; run `pulumi config set settings:LEVEL`"],
      [
        "set TOKEN --plain",
        "x",
        "/shop/staging/TOKEN: it is a SecureString, and Parameter Store cannot change a parameter's type; delete it first: `aws ssm delete-parameter --name /shop/staging/TOKEN`",
      ],
      ["set TOKEN", "\n", "/shop/staging/TOKEN: the value is empty; give one"],
      [
        "set TOKEN",
        "x".repeat(4097),
        "/shop/staging/TOKEN: the value has 4097 bytes; Parameter Store takes at most 4096",
      ],
    ] as const;
    for (const [args, typed, message] of wrong) {
      expect(await parameters(args, { typed }), args).to.deep.equal({
        code: 1,
        out: [],
        err: [message],
        done: ["eu-central-1"],
      });
    }
  });

  it("set asks for no value in a dry run", async () => {
    const { out, done } = await parameters("set TOKEN --dry-run");
    expect([out, done]).to.deep.equal([
      ["/shop/staging/TOKEN: would be put as SecureString, after version 2"],
      ["eu-central-1"],
    ]);
  });

  it("set does not repeat a value that is in AWS's error", async () => {
    const typed = secret();
    const PutParameter = () => {
      throw awsError("ValidationException", `Value '${typed}' failed to satisfy constraint`);
    };
    expect(await parameters("set TOKEN", { typed, more: { PutParameter } })).to.deep.include({
      code: 1,
      out: [],
      err: [
        "/shop/staging/TOKEN: ValidationException; its message contains the value and is not shown; check the value",
      ],
    });
  });
});
