import { expect } from "chai";
import type { ProgramSettings } from "../../../scripts/pulumi/program-reading.ts";
import { Refusal } from "../../../scripts/kit/refusal.ts";
import { awsError, type Answers } from "../../support/command-line.ts";
import { program, answers, doctor } from "./doctor-world.ts";

describe("npm run release -- doctor", () => {
  it("reports what is missing after the first `up`, and ends with 3", async () => {
    const { code, out, err } = await doctor({});
    expect([code, err, out]).to.deep.equal([
      3,
      [],
      [
        "staging",
        "  tools",
        "    ok       node: v24.1.0",
        "    ok       pulumi: v3.259.0",
        "    ok       backend: logged in as ann",
        "  stack",
        "    ok       Pulumi.staging.yaml: its settings are read",
        "    ok       docker-compose-staging.yml: 1 ECS service(s), 1 image(s) to build",
        "    ok       stack staging: brought up in eu-central-1",
        "  credentials",
        "    ok       account: 111111111111",
        "    ok       region: eu-central-1",
        "  connection",
        '    missing  connection shop-staging: PENDING; finish its handshake with "Update pending connection" at https://console.aws.amazon.com/codesuite/settings/connections?region=eu-central-1',
        "    missing  run 42: its source failed (it is not available); it can stay failed: the next push starts another run",
        "  parameters",
        "    ok       URL: /shop/staging/URL is a SecureString",
        "  buildspec",
        "    ok       buildspec.yml: version 0.2, with imagedefinitions.json, release.json",
        "  names",
        "    ok       names: web are the same in the Compose file, the task definitions and the pipeline",
        "  health check",
        "    skipped  healthCheckPath: /health was not requested from shop/web: there is no docker on the PATH",
        "  quotas",
        "    ok       quotas: the stack already has its VPC",
        "  state",
        "    ok       state: no drift, no rollback held, Release open",
        "13 ok, 1 skipped, 2 missing",
      ],
    ]);
  });

  it("reports a key that the program does not know, and the program's own buildspec", async () => {
    const note = "Pulumi.staging.yaml: queueName is not a key, and nothing reads it; remove it";
    const settings = { ...(program.settings as ProgramSettings), notes: [note], buildspec: undefined };
    const { out } = await doctor({ program: { ...program, settings } });
    expect(out.filter((line) => /queueName|buildspec/.test(line))).to.deep.equal([
      `    skipped  ${note}`,
      "  buildspec",
      "    ok       buildspec: the program's own",
    ]);
  });

  it("reports a parameter under a key that the stack does not declare, with the command that declares it", async () => {
    const url = { Name: "/shop/staging/URL", Type: "SecureString", KeyId: "alias/shop" };
    const own = "arn:aws:kms:eu-central-1:111111111111:key/a";
    const under: Answers = {
      ...answers,
      DescribeParameters: () => ({ Parameters: [url] }),
      DescribeKey: () => ({ KeyMetadata: { Arn: own, KeyManager: "CUSTOMER" } }),
    };
    const settings = { ...(program.settings as ProgramSettings), parameterKmsKeyArns: [own] };
    const [undeclared, declared] = await Promise.all([
      doctor({ answers: under }),
      doctor({ answers: under, program: { ...program, settings } }),
    ]);
    expect([
      undeclared.code,
      ...[undeclared, declared].map(({ out }) => out.filter((line) => line.includes(" URL:"))),
    ]).to.deep.equal([
      3,
      [
        `    missing  URL: /shop/staging/URL is encrypted under alias/shop (${own}), which is not in parameterKmsKeyArns, so no task that reads it can start; run \`pulumi config set --path 'parameterKmsKeyArns[0]' ${own} --stack staging\``,
      ],
      ["    ok       URL: /shop/staging/URL is a SecureString"],
    ]);
  });

  it("has nothing to check in the repository when the build runs this program's own buildspec, or none", async () => {
    const settings = { ...(program.settings as ProgramSettings), buildspec: undefined };
    const said = async (source: string) => {
      const { out } = await doctor({ program: { ...program, settings: { ...settings, source } } });
      return out.filter((line) => line.includes(" buildspec: "));
    };
    expect([await said("GitHub"), await said("ECR")]).to.deep.equal([
      ["    ok       buildspec: the build runs this program's own"],
      ["    ok       buildspec: ready-made images need none"],
    ]);
  });

  it("checks what it can before the first `up`, and ends with 0 if nothing is missing", async () => {
    const locate = () => Promise.reject(new Refusal("stack staging: it has no pipeline; run `pulumi up` first"));
    const value = (limit: number) => () => ({ Quota: { Value: limit } });
    const gateways = { NatGateways: ["s1", "s2", "s1"].map((SubnetId) => ({ SubnetId })) };
    const zones = {
      Subnets: [
        { SubnetId: "s1", AvailabilityZone: "a" },
        { SubnetId: "s2", AvailabilityZone: "b" },
      ],
    };
    const free: Answers = {
      ...answers,
      GetServiceQuota: value(5),
      DescribeVpcs: () => ({ Vpcs: [{}] }),
      DescribeAddresses: () => {
        throw awsError("UnauthorizedOperation", "you may not");
      },
      DescribeNatGateways: () => gateways,
      DescribeSubnets: () => zones,
    };
    const { code, out } = await doctor({ answers: free }, { locate });
    expect([code, out.filter((line) => !line.startsWith("    ok"))]).to.deep.equal([
      0,
      [
        ...["staging", "  tools", "  stack"],
        "    skipped  stack staging: it has no pipeline; run `pulumi up` first",
        ...["  credentials", "  connection"],
        "    skipped  connection: the first `up` creates it",
        ...["  parameters", "  buildspec", "  names"],
        "    skipped  names: there is nothing to compare them with before the first `up`",
        "  health check",
        "    skipped  healthCheckPath: /health was not requested from shop/web: there is no docker on the PATH",
        "  quotas",
        "    skipped  EC2-VPC Elastic IPs: AWS: you may not; use credentials that have that permission, or ask for it",
        "  state",
        "    skipped  state: nothing runs before the first `up`",
        "11 ok, 6 skipped, 0 missing",
      ],
    ]);
    expect(out.filter((line) => /Region:|Zone:/.test(line))).to.deep.equal([
      "    ok       VPCs per Region: 1 of 5 used, 1 needed",
      "    ok       NAT gateways per Availability Zone: 2 of 5 used, 1 needed",
    ]);
  });

  it("prints each problem of a Compose file, indented, and skips the checks that depend on the file", async () => {
    const application = { problem: "a.yml:3:5: one; remove it\na.yml:4:5: two; remove it" };
    const { code, out } = await doctor({ program: { ...program, application } });
    expect([code, out.filter((line) => /a\.yml|Compose file could/.test(line))]).to.deep.equal([
      3,
      [
        "    missing  a.yml:3:5: one; remove it",
        "             a.yml:4:5: two; remove it",
        "    skipped  names: the Compose file could not be read",
        "    skipped  healthCheckPath: the Compose file could not be read",
      ],
    ]);
  });

  it("skips the checks that need the settings if these cannot be read", async () => {
    const settings = { problem: 'Pulumi.staging.yaml: app: "9" is not allowed; set a name' };
    const { out } = await doctor({ program: { ...program, settings, application: undefined } });
    expect(out.filter((line) => /Pulumi\.|settings/.test(line))).to.deep.equal([
      '    missing  Pulumi.staging.yaml: app: "9" is not allowed; set a name',
      "    skipped  Compose files: the settings name them",
      ...["connection", "parameters", "buildspec", "names", "healthCheckPath", "quotas"].map(
        (what) => `    skipped  ${what}: the settings could not be read`,
      ),
    ]);
  });

  it("reports expired credentials, and skips every check that needs them", async () => {
    const expired = () => {
      throw awsError("ExpiredToken", "the token is expired");
    };
    const names = Object.keys(answers).map((name) => [name, expired]);
    const { code, out } = await doctor({ answers: Object.fromEntries(names) as Answers });
    const why = "credentials: the token is expired; log in to AWS again";
    expect([code, out.filter((line) => line.endsWith(why))]).to.deep.equal([
      3,
      [
        `    missing  ${why}`,
        ...["connection", "parameters", "names", "state"].map((what) => `    skipped  ${what}: ${why}`),
      ],
    ]);
  });

  it("prints the same as JSON", async () => {
    const { code, out } = await doctor({}, {}, " --json");
    const [found] = out.map(
      (line) => JSON.parse(line) as { stack: string; groups: { name: string; checks: object[] }[] },
    );
    expect([code, out.length, found?.stack, found?.groups.map(({ name }) => name), found?.groups[4]]).to.deep.equal([
      3,
      1,
      "staging",
      [
        "tools",
        "stack",
        "credentials",
        "connection",
        "parameters",
        "buildspec",
        "names",
        "health check",
        "quotas",
        "state",
      ],
      { name: "parameters", checks: [{ state: "ok", text: "URL: /shop/staging/URL is a SecureString" }] },
    ]);
  });

  it("ends at Ctrl-C, and has changed nothing", async () => {
    const interruption = AbortSignal.abort();
    const { code, err, done: calls } = await doctor({}, { interruption });
    expect([code, err, calls]).to.deep.equal([130, ["doctor: interrupted; nothing was changed"], ["eu-central-1"]]);
  });
});
