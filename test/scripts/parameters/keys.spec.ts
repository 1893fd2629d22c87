import { expect } from "chai";
import type { DeclaredParameters } from "../../../scripts/pulumi/declared-parameters.ts";
import { keyProblems } from "../../../scripts/parameters/keys.ts";
import { awsError, commandLine, stubClients, type Answers } from "../../support/command-line.ts";
import { parameterStore } from "../../support/parameters.ts";
import { playedProject } from "../../support/project.ts";

const arn = (id: string) => `arn:aws:kms:eu-central-1:111111111111:${id}`;
const [own, other, aws] = [arn("key/1234abcd"), arn("key/5678efab"), arn("key/0000aaaa")];
const keyArns = [own];

/** The answers of DescribeKey; it accepts an alias as well as a key (KMS API reference, DescribeKey). */
const kms = {
  DescribeKey: ({ KeyId }: { readonly KeyId: string }) => {
    const keys: Readonly<Record<string, string>> = {
      "alias/shop": own,
      "alias/other": other,
      [arn("alias/shop")]: own,
      "5678efab": other,
      [other]: other,
      "0000aaaa": aws,
    };
    if (KeyId.includes("denied")) throw awsError("AccessDeniedException", "you may not");
    const found = keys[KeyId];
    if (found === undefined) throw awsError("NotFoundException", `Alias ${KeyId} is not found.`);
    return { KeyMetadata: { Arn: found, KeyManager: found === aws ? "AWS" : "CUSTOMER" } };
  },
};

/** The problem of a parameter that was written with a key, and what KMS was asked about the key. */
async function judged(keyId: string | undefined, declared: readonly string[] = keyArns) {
  const asked: string[] = [];
  const { kms: client } = stubClients({
    DescribeKey: (input: { readonly KeyId: string }) => {
      asked.push(input.KeyId);
      return kms.DescribeKey(input);
    },
  });
  const parameter = { name: "/shop/staging/URL", type: "SecureString", version: 1, changedAt: undefined, keyId };
  const problems = await keyProblems([parameter], { stack: "staging", keyArns: declared }, client);
  return [problems["/shop/staging/URL"], ...asked];
}

const add = (key: string, index = 1) =>
  `(${key}), which is not in parameterKmsKeyArns, so no task that reads it can start; run \`pulumi config set --path 'parameterKmsKeyArns[${index}]' ${key} --stack staging\``;
const untold = "use credentials that may call kms:DescribeKey, or put the value again with the ARN of a key in";

describe("the key of a parameter, as DescribeParameters names it,", () => {
  it("is known without a request to KMS if it is Parameter Store's own or a declared one: by no key, alias, ARN or id", async () => {
    const keys = [undefined, "alias/aws/ssm", arn("alias/aws/ssm"), own, "1234abcd"];
    expect(await Promise.all(keys.map((key) => judged(key)))).to.deep.equal(keys.map(() => [undefined]));
  });

  it("is accepted if KMS says that its alias or id is of a declared key or of AWS's", async () => {
    const keys = ["alias/shop", arn("alias/shop"), "0000aaaa"];
    expect(await Promise.all(keys.map((key) => judged(key)))).to.deep.equal(keys.map((key) => [undefined, key]));
  });

  it("is refused if it is another one, with the command that declares it", async () => {
    expect([await judged("alias/other"), await judged("5678efab"), await judged(other, [])]).to.deep.equal([
      [`/shop/staging/URL is encrypted under alias/other ${add(other)}`, "alias/other"],
      [`/shop/staging/URL is encrypted under 5678efab ${add(other)}`, "5678efab"],
      [`/shop/staging/URL is encrypted under ${other} ${add(other, 0)}`, other],
    ]);
  });

  it("is refused if KMS does not say which key it is, unless its ARN says so", async () => {
    const deniedArn = arn("key/denied");
    expect([await judged("alias/gone"), await judged("alias/denied"), await judged(deniedArn)]).to.deep.equal([
      [
        `/shop/staging/URL is encrypted under alias/gone, and KMS does not say which key that is (Alias alias/gone is not found.); ${untold} parameterKmsKeyArns`,
        "alias/gone",
      ],
      [
        `/shop/staging/URL is encrypted under alias/denied, and KMS does not say which key that is (you may not); ${untold} parameterKmsKeyArns`,
        "alias/denied",
      ],
      [`/shop/staging/URL is encrypted under ${deniedArn} ${add(deniedArn)}`, deniedArn],
    ]);
  });

  it("is not known if AWS fails in another way, and the error is thrown", async () => {
    const { kms: client } = stubClients({
      DescribeKey: () => {
        throw awsError("ThrottlingException", "Rate exceeded");
      },
    });
    const parameter = { name: "/a", type: "SecureString", version: 1, changedAt: undefined, keyId: "alias/a" };
    const failure: unknown = await keyProblems([parameter], { stack: "staging", keyArns }, client).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).to.equal("ThrottlingException: Rate exceeded");
  });
});

describe("npm run release -- up", () => {
  const variables: DeclaredParameters["variables"] = {
    URL: { name: "/shop/staging/URL", from: "person" },
    TOKEN: { name: "/shared/token", from: "elsewhere" },
    LEVEL: { name: "/shop/staging/LEVEL", from: "settings" },
  };
  const declared: DeclaredParameters = {
    stack: "staging",
    region: "eu-central-1",
    path: "/shop/staging",
    rolledOut: true,
    keyArns,
    variables,
  };
  const secure = (Name: string, KeyId: string) => ({ Name, Type: "SecureString", Version: 1, KeyId });

  async function up(args: string, parameters: readonly object[], more: Answers = {}) {
    const ran: unknown[] = [];
    const asked: unknown[] = [];
    const { code, err } = await commandLine(`up --stack staging${args}`, {
      declared,
      answers: {
        ...kms,
        ...parameterStore().answers,
        GetPipelineState: () => ({ stageStates: [{ stageName: "Release" }] }),
        DescribeServices: () => ({}),
        ListServiceDeployments: () => ({}),
        DescribeParameters: (input: { readonly ParameterFilters: unknown }) => {
          asked.push(input.ParameterFilters);
          return { Parameters: parameters };
        },
        ...more,
      },
      project: playedProject({ up: [], preview: [] }, ran),
    });
    return { code, err, ran, asked };
  }

  it("refuses parameters under keys that are not declared before anything else, each with its remedy", async () => {
    const parameters = [secure("/shop/staging/URL", "alias/other"), secure("/shared/token", other)];
    const refused = {
      code: 1,
      err: [
        [
          `URL: /shop/staging/URL is encrypted under alias/other ${add(other)}`,
          `TOKEN: /shared/token is encrypted under ${other} ${add(other)}`,
          "stack staging: nothing was changed",
        ].join("\n"),
      ],
      ran: [],
      asked: [
        [{ Key: "Name", Option: "Equals", Values: ["/shop/staging/URL", "/shared/token", "/shop/staging/LEVEL"] }],
      ],
    };
    expect([await up(" --yes", parameters), await up(" --dry-run", parameters)]).to.deep.equal([refused, refused]);
  });

  it("goes on if they are under aws/ssm or a declared key, are plain, or do not exist yet", async () => {
    const parameters = [
      secure("/shop/staging/URL", "alias/aws/ssm"),
      secure("/shared/token", "alias/shop"),
      { Name: "/shop/staging/LEVEL", Type: "String", Version: 1 },
    ];
    const seen = [await up(" --yes", parameters), await up(" --yes", [])];
    expect(seen.map(({ code, err, ran }) => ({ code, err, ran }))).to.deep.equal([
      { code: 0, err: [], ran: ["up"] },
      { code: 0, err: [], ran: ["up"] },
    ]);
  });

  it("prints AWS's error and does nothing if it may not read the parameters", async () => {
    const denied = {
      DescribeParameters: () => {
        throw awsError("AccessDeniedException", "you may not");
      },
    };
    const { code, err, ran } = await up(" --yes", [], denied);
    expect({ code, err, ran }).to.deep.equal({
      code: 1,
      err: ["AWS: you may not; use credentials that have that permission, or ask for it"],
      ran: [],
    });
  });
});
