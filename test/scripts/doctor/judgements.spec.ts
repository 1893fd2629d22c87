import { expect } from "chai";
import type { Check } from "../../../scripts/doctor/check.ts";
import { judgeConnection } from "../../../scripts/doctor/connection.ts";
import { judgeCredentials, type Credentials } from "../../../scripts/doctor/credentials.ts";
import { judgeHealth, type HealthAnswer } from "../../../scripts/doctor/health-check.ts";
import { judgeNames, type NamesFound } from "../../../scripts/doctor/names.ts";
import { judgeParameters } from "../../../scripts/doctor/parameters.ts";
import { judgeQuota, quotaQuestions } from "../../../scripts/doctor/quotas.ts";
import { judgeState } from "../../../scripts/doctor/stack-check.ts";
import { judgeTools } from "../../../scripts/doctor/tools.ts";

/** Checks as doctor prints them. */
const lines = (checks: readonly Check[]): readonly string[] => checks.map(({ state, text }) => `${state} ${text}`);
const said = (out: string) => ({ code: 0, out: `${out}\n`, err: "" });

describe("a check of doctor", () => {
  it("finds out whether the commands that `pulumi up` needs exist and are new enough", () => {
    const backend = { code: 255, out: "", err: "error: PULUMI_ACCESS_TOKEN must be set\nmore" };
    expect([
      lines(judgeTools({ node: said("v22.18.0"), pulumi: said("v3.259.0"), backend: said("ann") })),
      lines(judgeTools({ node: said("v22.17.9"), pulumi: said("v3.259.0"), backend })),
      lines(judgeTools({ node: undefined, pulumi: undefined, backend: undefined })),
    ]).to.deep.equal([
      ["ok node: v22.18.0", "ok pulumi: v3.259.0", "ok backend: logged in as ann"],
      [
        "missing node: the PATH has v22.17.9, which `pulumi up` uses; install Node 22.18 or newer",
        "ok pulumi: v3.259.0",
        "missing backend: PULUMI_ACCESS_TOKEN must be set; log in with `pulumi login`",
      ],
      [
        "missing node: it is not on the PATH, and `pulumi up` needs it; install Node 22.18 or newer",
        "missing pulumi: it is not on the PATH; install the Pulumi CLI",
      ],
    ]);
  });

  it("compares the shell's account with those that the stack allows, and with the one of its last `up`", () => {
    const account = (found: Partial<Credentials>, allowedAccounts: readonly string[] = []) => {
      const program = { region: "us-east-1", allowedAccounts };
      const base = { stack: "staging", account: "111111111111", shellRegion: undefined, names: undefined };
      return lines(judgeCredentials({ ...base, program, ...found }))[0];
    };
    const expired = "credentials: The security token included in the request is expired; log in to AWS again";
    expect([
      account({}),
      account({}, ["111111111111", "222222222222"]),
      account({}, ["222222222222"]),
      account({ names: { region: "us-east-1", account: "333333333333" } }),
      account({ names: { region: "us-east-1" } }),
      account({ account: { problem: expired } }),
      account({ account: { problem: "AWS: it cannot be reached" } }),
    ]).to.deep.equal([
      "ok account: 111111111111",
      "ok account: 111111111111",
      "missing account: the shell's is 111111111111, aws:allowedAccountIds of Pulumi.staging.yaml has 222222222222; log in to that one",
      "missing account: the shell's is 111111111111, the stack's 333333333333; log in to that one",
      "ok account: 111111111111",
      `missing ${expired}`,
      "skipped account: AWS: it cannot be reached",
    ]);
  });

  it("compares the regions of the shell, of the stack's file and of the last `up`", () => {
    const region = (own: string | undefined, shellRegion: string | undefined, up?: string) => {
      const names = up === undefined ? undefined : { region: up };
      const program = { region: own, allowedAccounts: [] };
      return lines(judgeCredentials({ stack: "staging", account: "1", shellRegion, program, names }))[1];
    };
    expect([
      region("us-east-1", undefined),
      region(undefined, "us-east-1", "us-east-1"),
      region(undefined, undefined),
      region("us-east-1", "eu-west-1"),
      region("us-east-1", "us-east-1", "eu-west-1"),
      region(undefined, "us-east-1", "eu-west-1"),
    ]).to.deep.equal([
      "ok region: us-east-1",
      "ok region: us-east-1",
      "missing region: nothing sets it; run `pulumi config set aws:region REGION --stack staging`",
      "missing region: the shell's is eu-west-1, the stack's us-east-1, so `aws` commands look in another region; run `export AWS_REGION=us-east-1`",
      "missing region: the stack was brought up in eu-west-1, and aws:region of Pulumi.staging.yaml is us-east-1; run `pulumi config set aws:region eu-west-1 --stack staging`",
      "missing region: the stack was brought up in eu-west-1, and the shell's region is us-east-1; run `pulumi config set aws:region eu-west-1 --stack staging`",
    ]);
  });

  it("reports a connection without its handshake, with the console's link and the run that failed because of it", () => {
    const of = (status: string, arn = "arn:aws:codeconnections:us-east-1:1:connection/a", error?: string) =>
      lines(
        judgeConnection({
          stack: "staging",
          name: "shop-staging",
          arn,
          status,
          failed: error === undefined ? undefined : { run: "42", error },
        }),
      );
    const link = "https://console.aws.amazon.com/codesuite/settings/connections?region=us-east-1";
    const china = "arn:aws-cn:codestar-connections:cn-north-1:1:connection/a";
    expect([
      of("PENDING", undefined, "Connection a is not available"),
      of("AVAILABLE"),
      of("ERROR", china),
    ]).to.deep.equal([
      [
        `missing connection shop-staging: PENDING; finish its handshake with "Update pending connection" at ${link}`,
        "missing run 42: its source failed (Connection a is not available); it can stay failed: the next push starts another run",
      ],
      ["ok connection shop-staging: AVAILABLE"],
      [
        "missing connection shop-staging: ERROR; look at https://console.amazonaws.cn/codesuite/settings/connections?region=cn-north-1",
      ],
    ]);
    expect(of("AVAILABLE", undefined, "")).to.deep.equal([
      "ok connection shop-staging: AVAILABLE",
      "missing run 42: its source failed; push, or `npm run release -- release --stack staging`",
    ]);
  });

  it("reports parameters that are missing or have a wrong type", () => {
    const given = { variable: "URL", name: "/shop/staging/URL", made: undefined };
    const setting = { variable: "LEVEL", name: "/shop/staging/LEVEL", made: "String" } as const;
    const secret = { variable: "KEY", name: "/shop/staging/KEY", made: "SecureString" } as const;
    const of = (up: boolean, types: Readonly<Record<string, string>>, declared = [given, setting, secret]) => {
      const rest = { version: 1, changedAt: undefined, keyId: undefined };
      const found = Object.entries(types).map(([name, type]) => ({ name, type, ...rest }));
      return lines(judgeParameters({ stack: "staging", declared, found, undecryptable: {}, up }));
    };
    const string = { "/shop/staging/URL": "String", "/shop/staging/LEVEL": "String", "/shop/staging/KEY": "String" };
    expect([
      of(false, {}),
      of(false, string),
      of(true, { "/shop/staging/URL": "StringList" }),
      of(true, string),
    ]).to.deep.equal([
      [
        "missing URL: Parameter Store has no /shop/staging/URL; put it there with `npm run release -- parameters set URL`",
        "ok LEVEL: the first `up` creates /shop/staging/LEVEL",
        "ok KEY: the first `up` creates /shop/staging/KEY",
      ],
      [
        "ok URL: /shop/staging/URL is a String",
        "missing LEVEL: /shop/staging/LEVEL exists already, and `up` would create it; delete it, or remove settings:LEVEL",
        "missing KEY: /shop/staging/KEY exists already, and `up` would create it; delete it, or remove secrets:KEY",
      ],
      [
        "missing URL: /shop/staging/URL is a StringList, which a container sees as one text with commas; make it a String or a SecureString",
        "missing LEVEL: Parameter Store has no /shop/staging/LEVEL; run `pulumi up --refresh --stack staging`",
        "missing KEY: Parameter Store has no /shop/staging/KEY; run `pulumi up --refresh --stack staging`",
      ],
      [
        "ok URL: /shop/staging/URL is a String",
        "ok LEVEL: /shop/staging/LEVEL is a String",
        "missing KEY: /shop/staging/KEY is a String, and secrets:KEY creates a SecureString; run `pulumi up --refresh --stack staging`",
      ],
    ]);
    expect(of(false, {}, [])).to.deep.equal(["ok parameters: the stack declares none"]);
  });

  it("reports names that differ between the Compose file, the stack, the task definitions and the pipeline", () => {
    const service = { name: "shop-staging", containers: ["web"], imageDefinitions: "imagedefinitions.json" };
    const same: NamesFound = {
      application: { services: [service], images: ["web"] },
      names: { stack: "staging", services: ["shop-staging"], repositories: { web: "registry/shop/staging/web" } },
      deploys: [{ service: "shop-staging", file: "imagedefinitions.json" }],
      running: [{ service: "shop-staging", revision: "shop-staging:7", containers: ["web"] }],
      withoutRepository: [],
    };
    const worker = {
      name: "shop-staging-worker",
      containers: ["jobs"],
      imageDefinitions: "imagedefinitions-worker.json",
    };
    const other: NamesFound = {
      ...same,
      application: { services: [{ ...service, containers: ["web", "proxy"] }, worker], images: ["proxy", "web"] },
      names: { ...same.names, services: ["shop-staging", "shop-staging-mail"] },
      deploys: [{ service: "shop-staging", file: "images.json" }],
      running: [{ service: "shop-staging", revision: "shop-staging:7", containers: ["web", "cache"] }],
      withoutRepository: ["web"],
    };
    const remedy = "; run `pulumi up --stack staging`";
    expect([lines(judgeNames(same)), lines(judgeNames(other))]).to.deep.equal([
      ["ok names: web are the same in the Compose file, the task definitions and the pipeline"],
      [
        "missing ECS service shop-staging-worker: the stack does not have it yet",
        "missing ECS service shop-staging-mail: the Compose file no longer has it",
        "missing container proxy: shop-staging:7 does not have it",
        "missing container cache: shop-staging:7 has it, the Compose file does not",
        "missing ECS service shop-staging: the pipeline deploys it from images.json, the build writes imagedefinitions.json",
        "missing image proxy: the stack has no repository for it yet",
        "missing image web: ECR has no registry/shop/staging/web",
      ].map((line) => `${line}${remedy}`),
    ]);
  });

  it("reports a bad answer of the health-check path, but not of a container that lacks something that it needs", () => {
    const entry = { container: "web", image: "shop/web", port: 3000, entryPoint: undefined, command: undefined };
    const question = { entry: { ...entry, environment: {}, healthPath: "/health" }, path: "/health" };
    const answers: readonly HealthAnswer[] = [
      { kind: "answered", status: 200 },
      { kind: "answered", status: 301 },
      { kind: "answered", status: 502 },
      { kind: "ended", code: "1", log: "DATABASE_URL is not set" },
      { kind: "ended", code: "0", log: "" },
      { kind: "silent" },
      { kind: "unasked", why: "there is no docker on the PATH" },
    ];
    expect(lines(answers.map((answer) => judgeHealth(question, answer)))).to.deep.equal([
      "ok healthCheckPath: /health answers 200 in shop/web",
      "missing healthCheckPath: /health answers 301 in shop/web, but the load balancer expects 200; set healthCheckPath to a path that returns it",
      "skipped healthCheckPath: /health answers 502 in shop/web; alone it may lack something that it needs",
      "skipped healthCheckPath: /health: shop/web ended with 1 before it answered (DATABASE_URL is not set)",
      "skipped healthCheckPath: /health: shop/web ended with 0 before it answered",
      "skipped healthCheckPath: /health: shop/web does not answer on port 3000; alone it may wait for something that does not run here",
      "skipped healthCheckPath: /health was not requested from shop/web: there is no docker on the PATH",
    ]);
  });

  it("finds out whether the first `up` fits into the region's quotas", () => {
    const asked = (["none", "single", "perZone"] as const).map((natGateways) =>
      quotaQuestions(natGateways).map(({ what, needed }) => `${what}: ${needed}`),
    );
    expect(asked).to.deep.equal([
      ["VPCs per Region: 1"],
      ["VPCs per Region: 1", "EC2-VPC Elastic IPs: 1", "NAT gateways per Availability Zone: 1"],
      ["VPCs per Region: 1", "EC2-VPC Elastic IPs: 2", "NAT gateways per Availability Zone: 1"],
    ]);
    const vpcs = { what: "VPCs per Region", limit: 5, needed: 1, code: "vpc/L-F678F1CE" };
    expect(lines([judgeQuota({ ...vpcs, used: 4 }), judgeQuota({ ...vpcs, used: 5 })])).to.deep.equal([
      "ok VPCs per Region: 4 of 5 used, 1 needed",
      "missing VPCs per Region: 5 of 5 used, 1 needed; ask for more at https://console.aws.amazon.com/servicequotas/home/services/vpc/quotas/L-F678F1CE, or give the stack a VPC with vpcId",
    ]);
  });

  it("reports drift, a held rollback and a closed Release", () => {
    const service = { name: "shop-staging", revision: "shop-staging:7", desired: 2, running: 1, pending: 0 };
    const drifted = { ...service, containers: [], deployments: [], drift: ["1 task(s) run, 2 are wanted"] };
    const resume = "`npm run release -- resume --stack staging` lets releases go on";
    expect([
      lines(judgeState({ stack: "staging", services: [], hold: undefined, closed: undefined })),
      lines(judgeState({ stack: "staging", services: [drifted], hold: "rolled back to 5", closed: "Friday" })),
    ]).to.deep.equal([
      ["ok state: no drift, no rollback held, Release open"],
      [
        "missing shop-staging: 1 task(s) run, 2 are wanted; look with `npm run release -- status --stack staging`",
        `missing a rollback is held: rolled back to 5; ${resume}`,
        `missing no run enters Release: Friday; ${resume}`,
      ],
    ]);
  });
});
