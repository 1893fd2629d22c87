import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { declaredIn, type DeclaredParameters } from "../../../scripts/pulumi/declared-parameters.ts";
import { awsError, commandLine, type Answers, type Seen } from "../../support/command-line.ts";

const project = "compose-ecs-pipeline";
const configured = {
  ...{ [`${project}:app`]: "shop", [`${project}:deployParameterChanges`]: true, "aws:region": "eu-central-1" },
  [`${project}:parameters`]: ["TOKEN", "SHARED=/shared/key", "MADE", "LEVEL"],
  ...{
    [`${project}:cacheEngine`]: "valkey",
    [`${project}:cacheVariable`]: "REDIS_URL",
    [`${project}:databaseEngine`]: "none",
  },
  ...{ "secrets:MADE": { secure: "v1:…" }, "settings:LEVEL": "info" },
};
const declared = declaredIn("staging", project, configured);

const at = (name: string, Type = "SecureString", more: object = {}) => ({
  ...{ Name: name, Type, Version: 2, LastModifiedDate: new Date("2026-11-20T10:00:00Z") },
  ...more,
});
const all = [
  at("/shop/staging/TOKEN", "SecureString", { KeyId: "alias/own" }),
  at("/shop/staging/MADE"),
  at("/shop/staging/LEVEL", "String"),
];

interface StoreWorld {
  readonly there?: readonly { readonly Name: string }[];
  readonly values?: Readonly<Record<string, string>>;
  readonly typed?: string;
  readonly file?: string;
  readonly reply?: string;
  readonly declared?: DeclaredParameters;
  readonly more?: Answers;
}

/** Runs `parameters` on a store; what a call must not show is in the values. */
function parameters(args: string, world: StoreWorld = {}): Promise<Seen> {
  const { there = all, values = {}, typed = "", file = "", reply, more } = world;
  return commandLine(`parameters ${args} --stack staging`, {
    ...(reply !== undefined && { reply }),
    declared: world.declared ?? declared,
    desk: {
      readSecret: () => Promise.resolve(typed),
      editSecret: () => Promise.resolve(typed),
      readFile: (name) => (name === "x.env" ? Promise.resolve(file) : Promise.reject(new Error("ENOENT"))),
    },
    answers: {
      DescribeParameters: ({
        ParameterFilters: [filter],
      }: {
        readonly ParameterFilters: [{ Key: string; Values: string[] }];
      }) => ({
        Parameters: there.filter(({ Name }) =>
          filter.Key === "Name" ? filter.Values.includes(Name) : Name.startsWith(`${filter.Values[0] ?? ""}/`),
        ),
      }),
      GetParameters: ({ Names }: { readonly Names: readonly string[] }) => ({
        Parameters: Names.map((Name) => ({ Name, Value: values[Name] })),
      }),
      PutParameter: () => ({ Version: 3 }),
      DescribeServices: () => ({ services: [{ serviceName: "shop-staging", taskDefinition: "a/shop-staging:7" }] }),
      DescribeTaskDefinition: ({ taskDefinition }: { readonly taskDefinition: string }) => ({
        taskDefinition: {
          containerDefinitions: [
            {
              name: taskDefinition.includes("migrate") ? "migrate" : "web",
              secrets: [{ name: "T", valueFrom: "arn:aws:ssm:eu-central-1:0:parameter/shop/staging/TOKEN" }],
            },
          ],
        },
      }),
      ...more,
    },
  });
}

const put = (name: string, Value: string, more: object = {}) => ({
  ...{ Name: `/shop/staging/${name}`, Type: "SecureString", Value, Overwrite: false, KeyId: undefined },
  ...more,
});
const arrives = "containers read it when they start: `pulumi up --stack staging` rolls it out";
const secret = () => randomBytes(9).toString("hex");

describe("parameters", () => {
  it("list tells each with its readers, and asks for no value", async () => {
    const { code, out } = await parameters("list", { there: [...all, at("/shared/key")] });
    const when = "version 2, changed 2026-11-20T10:00:00.000Z, read by";
    expect([code, out]).to.deep.equal([
      0,
      [
        `/shop/staging/LEVEL: String, ${when} nobody`,
        `/shop/staging/MADE: SecureString, ${when} nobody`,
        `/shop/staging/TOKEN: SecureString, ${when} web, migrate`,
        `/shared/key: SecureString, ${when} nobody`,
      ],
    ]);
    const { out: json } = await parameters("list --json", { there: all.slice(0, 1) });
    expect(json).to.deep.equal([
      '{"name":"/shop/staging/TOKEN","type":"SecureString","version":2,"changedAt":"2026-11-20T10:00:00.000Z","readBy":["web","migrate"]}',
    ]);
  });

  it("list tells them before the first up as well", async () => {
    const qa = { ...declared, stack: "qa" };
    const { code, out } = await parameters("list", { declared: qa, there: all.slice(1, 2) });
    expect([code, out]).to.deep.equal([
      0,
      ["/shop/staging/MADE: SecureString, version 2, changed 2026-11-20T10:00:00.000Z"],
    ]);
  });

  it("diff tells what is missing, of another type, and unused, and its exit code says whether up would refuse", async () => {
    const there = [at("/shop/staging/MADE", "String"), at("/shop/staging/OLD")];
    const { code, out } = await parameters("diff", { there });
    expect([code, out]).to.deep.equal([
      3,
      [
        "missing: /shared/key; put it there",
        "missing: /shop/staging/TOKEN; run `npm run release -- parameters set TOKEN --stack staging`",
        "wrong type: /shop/staging/MADE is a String; it is to be a SecureString",
        "unused: /shop/staging/OLD; declare it in Pulumi.staging.yaml, or delete it",
      ],
    ]);
    expect(await parameters("diff", { there: [...all, at("/shared/key")] })).to.deep.include({ code: 0, out: [] });
    const json = await parameters("diff --json", { there: [...all, at("/shared/key")] });
    expect(json.out).to.deep.equal(['{"missing":[],"unused":[],"wrongType":[]}']);
  });

  it("set puts what is typed without its last line end, and keeps a key of one's own", async () => {
    const typed = secret();
    const { code, out, err, done } = await parameters("set TOKEN", { typed: `${typed}\n` });
    expect({ code, out, err, done }).to.deep.equal({
      code: 0,
      out: ["/shop/staging/TOKEN: SecureString, version 3"],
      err: [arrives],
      done: ["eu-central-1", put("TOKEN", typed, { Overwrite: true, KeyId: "alias/own" })],
    });
  });

  it("set takes a whole name, a plain value and the editor, and says where nobody reads it", async () => {
    const { out, err, done } = await parameters("set /shop/staging/NEW --plain --edit", { typed: "debug" });
    expect([out, err, done[1]]).to.deep.equal([
      ["/shop/staging/NEW: String, version 3"],
      ["not declared in Pulumi.staging.yaml, so that no container reads it: NEW; add it to parameters", arrives],
      put("NEW", "debug", { Type: "String" }),
    ]);
  });

  it("set refuses what is not a person's to put, another type, an empty and a long value, and puts nothing", async () => {
    const wrong = [
      [
        "set /shop/production/TOKEN",
        "x",
        "/shop/production/TOKEN: it is not below /shop/staging; choose a name there, or the --stack that it is of",
      ],
      [
        "set .release/rollback-hold",
        "x",
        ".release/rollback-hold: this is no name of a Compose variable; use letters, digits and _",
      ],
      ["set REDIS_URL", "x", "REDIS_URL: `up` puts it, with the database or cache that it makes"],
      ["set SHARED", "x", "SHARED: Pulumi.staging.yaml reads it from /shared/key; put it there"],
      ["set MADE", "x", "MADE: `up` puts it; run `pulumi config set --secret secrets:MADE`"],
      ["set LEVEL --plain", "x", "LEVEL: `up` puts it; run `pulumi config set settings:LEVEL`"],
      [
        "set TOKEN --plain",
        "x",
        "/shop/staging/TOKEN: it is a SecureString, and Parameter Store changes no type; delete it first: `aws ssm delete-parameter --name /shop/staging/TOKEN`",
      ],
      ["set TOKEN", "\n", "/shop/staging/TOKEN: the value is empty; give one"],
      ["set TOKEN", "x".repeat(4097), "/shop/staging/TOKEN: the value has 4097 bytes; Parameter Store takes 4096"],
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

  it("repeats no value that is in AWS's error", async () => {
    const typed = secret();
    const PutParameter = () => {
      throw awsError("ValidationException", `Value '${typed}' failed to satisfy constraint`);
    };
    expect(await parameters("set TOKEN", { typed, more: { PutParameter } })).to.deep.include({
      ...{ code: 1, out: [] },
      err: [
        "/shop/staging/TOKEN: ValidationException, whose message holds the value and is not shown; look at the value",
      ],
    });
  });

  it("import shows by name what is new, changed and the same, asks, and puts what differs", async () => {
    const [token, added, same] = [secret(), secret(), secret()];
    const there = [...all, at("/shop/staging/SAME")];
    const values = { "/shop/staging/TOKEN": secret(), "/shop/staging/SAME": same };
    const file = `TOKEN=${token}\nNEW='${added}'\nSAME=${same}\n`;
    const seen = await parameters("import x.env", { there, values, file, reply: "y" });
    expect(seen).to.deep.equal({
      code: 0,
      out: ["new: NEW", "changed: TOKEN", "same: SAME", "2 parameter(s) put"],
      err: ["not declared in Pulumi.staging.yaml, so that no container reads it: NEW; add it to parameters", arrives],
      done: [
        ...["eu-central-1", "import it? [y/N] "],
        put("TOKEN", token, { Overwrite: true, KeyId: "alias/own" }),
        put("NEW", added),
      ],
    });
  });

  it("import puts nothing where the answer is no, in a dry run, and where all is the same", async () => {
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

  it("import refuses all bad lines, and all names that are not to be put, before anything is written", async () => {
    const bad = await parameters("import x.env --yes", { file: "TOKEN=ok\nA=\nnothing\n" });
    const names = await parameters("import x.env --yes", { file: "TOKEN=ok\nMADE=x\nSHARED=y\n" });
    const empty = await parameters("import x.env --yes", { file: "# nothing\n" });
    const absent = await parameters("import y.env --yes");
    expect([bad, names, empty, absent].map(({ code, out, err, done }) => [code, out, err, done])).to.deep.equal(
      [
        "x.env:2:1: A has no value; give it one, or remove the line\nx.env:3:1: this is not NAME=value; write it like that, with quotes around a value of several lines\nnothing was done",
        "MADE: `up` puts it; run `pulumi config set --secret secrets:MADE`\nSHARED: Pulumi.staging.yaml reads it from /shared/key; put it there",
        "x.env: it has no NAME=value; nothing was done",
        "y.env: it cannot be read; give the path of an env file",
      ].map((message) => [1, [], [message], ["eu-central-1"]]),
    );
  });

  it("import says what it has not put where AWS ends it half-way", async () => {
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
        "not put: B, C; run it again when this is mended:",
        "AWS: too many requests (Rate exceeded); wait a minute, then try again",
      ],
    ]);
  });
});

describe("the declared parameters", () => {
  it("are the configuration's, with who puts each", () => {
    expect(declared).to.deep.equal({
      ...{ stack: "staging", region: "eu-central-1", path: "/shop/staging", rolledOut: true, keyArns: [] },
      variables: {
        TOKEN: { name: "/shop/staging/TOKEN", from: "person" },
        SHARED: { name: "/shared/key", from: "elsewhere" },
        MADE: { name: "/shop/staging/MADE", from: "secrets" },
        LEVEL: { name: "/shop/staging/LEVEL", from: "settings" },
        REDIS_URL: { name: "/shop/staging/REDIS_URL", from: "store" },
      },
    });
  });

  it("refuse an encrypted entry, whose text they do not repeat", () => {
    const secret = () => declaredIn("qa", project, { [`${project}:parameters`]: ["DATABASE_URL", { secure: "v1:…" }] });
    expect(secret).to.throw(
      /^Pulumi\.qa\.yaml: parameters: a secret \("secure"\) is not allowed; set names in plain, and put each value with `npm run release -- parameters set NAME`$/,
    );
  });

  it("are those of the stack's own file where the stack is named with its organization", () => {
    const { path, variables } = declaredIn("acme/shop/staging", project, configured);
    expect([path, variables["TOKEN"]?.name]).to.deep.equal(["/shop/staging", "/shop/staging/TOKEN"]);
    const wrong = () => declaredIn("acme/shop/qa", project, { [`${project}:parameters`]: ["NO NAME"] });
    expect(wrong).to.throw(/^Pulumi\.qa\.yaml: /);
  });

  it("refuse an entry that up would refuse", () => {
    const wrong = () => declaredIn("qa", project, { ...configured, [`${project}:parameters`]: ["NO NAME"] });
    expect(wrong).to.throw(
      'Pulumi.qa.yaml: parameters: "NO NAME" is not allowed; set NAME or NAME=/name/of/the/parameter',
    );
  });
});
