import { expect } from "chai";
import { namesOf } from "../../components/kit/names.ts";
import { readSettings } from "../../settings.ts";
import { startCloud } from "../support/cloud.ts";
import { settingsOf } from "../support/settings.ts";

/** The same of several, one after the other: there is one configuration at a time. */
async function allSaid(apps: readonly string[]): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for (const app of apps) found.push(await said(app));
  return found;
}

/** What is said of an application's name in a stack; undefined where both are taken. */
async function said(app: string, stack = "staging"): Promise<string | undefined> {
  try {
    await settingsOf({ app }, stack);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^Pulumi\.[\w-]+\.yaml: /, "");
  }
}

describe("the names that are made from the application's and the stack's", () => {
  it("are refused if an AWS service does not accept them", async () => {
    const begins = (app: string, with_: string, of: string) =>
      `app: "${app}" is not allowed; set another name: "${app}-staging" begins with "${with_}", and ${of} may not begin with that`;
    expect(
      await allSaid(["internal", "internal-shop", "aws-shop", "awsome", "ssm", "sg", "sthree-shop", "amzn-s3-demo"]),
    ).to.deep.equal([
      // ELB API reference, CreateLoadBalancer: "must not begin with 'internal-'".
      begins("internal", "internal-", "a load balancer's name"),
      begins("internal-shop", "internal-", "a load balancer's name"),
      // SSM API reference, PutParameter: "can't be prefixed with 'aws' or 'ssm' (case-insensitive)".
      begins("aws-shop", "aws", "a parameter's path"),
      begins("awsome", "aws", "a parameter's path"),
      begins("ssm", "ssm", "a parameter's path"),
      // EC2 API reference, CreateSecurityGroup: "Can't start with sg-".
      begins("sg", "sg-", "a security group's name"),
      // S3 user guide, "General purpose bucket naming rules".
      begins("sthree-shop", "sthree-", "a bucket's name"),
      begins("amzn-s3-demo", "amzn-s3-demo-", "a bucket's name"),
    ]);
  });

  // RDS, CreateDBInstance, and ElastiCache, CreateReplicationGroup: "two consecutive hyphens".
  it("are refused with two hyphens in a row, in either part", async () => {
    const remedy = "set single hyphens only: RDS and ElastiCache allow no two in a row";
    expect(await said("big--shop")).to.equal(`app: "big--shop" is not allowed; ${remedy}`);
    expect(await said("shop", "big--one")).to.equal(`the stack's name: "big--one" is not allowed; ${remedy}`);
  });

  it("have the project's name where app is empty, which is refused by the same rules", async () => {
    await startCloud({ config: { "store:sourceRepository": "acme/shop" }, project: "store" });
    expect(readSettings()).to.include({ app: "store", environment: "staging" });
    await startCloud({ config: { "My_Shop:sourceRepository": "acme/shop" }, project: "My_Shop" });
    expect(() => readSettings()).to.throw(
      'Pulumi.staging.yaml: app, by default the project\'s name: "My_Shop" is not allowed; set a name of lower-case letters, digits and hyphens, beginning with a letter',
    );
  });

  it("are accepted if they only look similar to refused ones", async () => {
    const apps = ["internals", "draws", "sgs", "my-internal", "a1", "shop-s3"];
    expect(await allSaid(apps)).to.deep.equal(apps.map(() => undefined));
  });

  it("fit every AWS service with the maximum length, in the region with the longest name", () => {
    const names = namesOf("a-long-application", "longer", {
      partition: "aws",
      region: "ap-southeast-1",
      accountId: "000000000000",
    });
    expect(names.prefix).to.have.length(25);
    // Patterns and lengths of the models in botocore 1.43; S3's and ELB's of their pages.
    const judged: readonly (readonly [string, RegExp])[] = [
      ...[names.artifactBucket.name, names.filesBucket.name, names.accessLogBucket, names.flowLogBucket].map(
        (bucket) => [bucket, /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/] as const,
      ),
      ...[names.prefix, names.targetGroup(), names.targetGroup("worker")].map(
        (balancer) => [balancer, /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/] as const,
      ),
      [names.repository("web").name, /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/],
      [names.database.identifier, /^[A-Za-z](?!.*--)[A-Za-z0-9-]{0,62}(?<!-)$/],
      [names.database.database, /^[A-Za-z][A-Za-z0-9_]{0,62}$/],
      [names.cache.identifier, /^[A-Za-z](?!.*--)[A-Za-z0-9-]{0,39}(?<!-)$/],
      [names.verbLock, /^\/(?!aws|ssm)[\w./-]{1,1010}$/i],
      [names.executionRole.name, /^[\w+=,.@-]{1,64}$/],
      [names.build.name, /^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/],
      [names.pipeline.name, /^[A-Za-z0-9.@\-_]{1,100}$/],
      [names.namespace, /^(?!arn:)[!-~]{1,1024}$/],
      [names.notify.name, /^[a-zA-Z0-9-_]{1,64}$/],
      [names.pipeline.start.name, /^[.\-_A-Za-z0-9]{1,64}$/],
      [names.logGroup.name, /^[.\-_/#A-Za-z0-9]{1,512}$/],
      [names.topic.name, /^[\w-]{1,256}$/],
      [names.cluster.name, /^[A-Za-z0-9_-]{1,255}$/],
    ];
    expect(judged.filter(([name, pattern]) => !pattern.test(name))).to.deep.equal([]);
  });
});
