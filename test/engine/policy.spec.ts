import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { type Engine, parameter, startEngine } from "./engine.ts";
import { verb } from "./verb.ts";

const policyPack = fileURLToPath(new URL("../../policy", import.meta.url));
const analyzer = fileURLToPath(new URL("bin", import.meta.url));

/** What a team has added to the program: each of these breaks a rule. */
const added = `
import * as aws from "@pulumi/aws";
export * from "./index.ts";
const { id } = new aws.ec2.SecurityGroup("debug");
new aws.vpc.SecurityGroupIngressRule("debug-in", {
  securityGroupId: id, cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 22, toPort: 22,
});
new aws.s3.BucketPublicAccessBlock("debug-open", { bucket: "debug", blockPublicAcls: true });
new aws.cloudwatch.LogGroup("debug");
`;

describe("the policy pack on the real engine", function () {
  this.timeout(120_000);
  let engine: Engine;

  before(async () => {
    const started = await startEngine();
    const PATH = `${analyzer}${delimiter}${process.env["PATH"] ?? ""}`;
    engine = { ...started, environment: { ...started.environment, PATH } };
    for (const name of ["staging/DATABASE_URL", "staging/SECRET_KEY_BASE", "production/SECRET_KEY_BASE"]) {
      await engine.change(parameter(`/shop/${name}`, "there"));
    }
  });
  after(() => engine.close());

  for (const stack of ["staging", "production"]) {
    it(`reports nothing for ${stack}, neither before it exists nor while it is created`, async () => {
      const configuration = { sourceRepository: "acme/shop" };
      const run = (operation: "preview" | "up") =>
        engine.runAlone(operation, stack, { configuration, policyPack, environment: engine.environment });
      expect((await run("preview")).changes.create).to.be.greaterThan(70);
      const { changes, diagnostics } = await run("up");
      const said = diagnostics.filter((line) => !line.startsWith("using pulumi-analyzer-policy-nodejs from $PATH"));
      expect([changes.create > 70, said]).to.deep.equal([true, []]);
    });
  }

  it("refuses what a team has added that breaks a rule, says which, and changes nothing", async () => {
    writeFileSync(join(engine.directory, "added.ts"), added);
    const file = join(engine.directory, "Pulumi.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(/^main: .*$/m, "main: added.ts"));
    const before = await engine.cloud();
    const { code, out, err } = await verb(engine, `up --yes --stack staging --policy-pack ${policyPack}`);
    expect({ code, out, err }).to.deep.equal({
      code: 1,
      out: [],
      err: [
        "debug (aws:cloudwatch/logGroup:LogGroup): logs-expire: set retentionInDays",
        "debug-in (aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule): open-ports: ports 22 to 22 open to 0.0.0.0/0; name the security group or the addresses that need it",
        "debug-open (aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock): private-bucket: set blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets: true",
      ],
    });
    expect(await engine.cloud()).to.deep.equal(before);
    const previewed = await verb(engine, `preview --stack staging --policy-pack ${policyPack}`);
    expect([previewed.code, previewed.err]).to.deep.equal([1, err]);
    // The control: without the pack, the same preview succeeds.
    expect((await verb(engine, "preview --stack staging")).code).to.equal(0);
  });
});
