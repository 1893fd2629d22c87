import { expect } from "chai";
import { valueOf } from "../support/cloud.ts";
import { inS3, readyMade, refusalOf, settingsOf, type Change } from "../support/settings.ts";

describe("the settings", () => {
  it("are those of the stack's file, and defaults", async () => {
    expect(await settingsOf({})).to.deep.equal({
      app: "shop",
      environment: "staging",
      notes: [],
      applicationDirectory: ".",
      repositoryDirectory: "",
      composeFiles: ["docker-compose-staging.yml"],
      variables: {},
      parameters: {
        path: "/shop/staging",
        settings: {},
        secrets: {},
        existing: { DATABASE_URL: "/shop/staging/DATABASE_URL", SECRET_KEY_BASE: "/shop/staging/SECRET_KEY_BASE" },
        configured: {},
        names: { DATABASE_URL: "/shop/staging/DATABASE_URL", SECRET_KEY_BASE: "/shop/staging/SECRET_KEY_BASE" },
        kmsKeyArns: [],
      },
      source: {
        provider: "GitHub",
        repository: "acme/shop",
        branch: "staging",
        connectionArn: undefined,
        branches: ["staging"],
        tags: [],
        filePaths: [],
      },
      architecture: "x86_64",
      build: {
        buildspec: "buildspec.yml",
        timeoutMinutes: 30,
        computeType: "SMALL",
        cache: "inline",
        baseImages: [],
        runTests: false,
        promoteFrom: undefined,
        testReports: false,
        parameters: [],
      },
      release: {
        taskTimeoutMinutes: 15,
        pollSeconds: 5,
        approval: undefined,
        deploymentWindow: undefined,
        smokeTest: undefined,
      },
      network: {
        vpcCidr: "10.0.0.0/16",
        natGateways: "none",
        vpcEndpoints: "none",
        flowLogs: false,
        existing: undefined,
      },
      balancer: {
        https: undefined,
        internal: false,
        ipv6: false,
        idleTimeoutSeconds: 60,
        allowedRanges: [],
        accessLogs: false,
        webAclArn: undefined,
        healthCheckPath: undefined,
      },
      stores: { database: undefined, cache: undefined, bucket: undefined },
      services: {
        deployParameterChanges: true,
        executeCommand: false,
        scaling: {
          desiredCount: undefined,
          maximumCount: undefined,
          cpuPercent: 60,
          memoryPercent: undefined,
          requestsPerTarget: undefined,
        },
        schedule: { entries: [], timeZone: "UTC" },
        deploymentAlarms: { kinds: [], errorPercent: 5, latencySeconds: 2, cpuPercent: 90, memoryPercent: 90 },
        policy: [],
        size: undefined,
        containerInsights: "account",
      },
      watching: { emails: [], dashboard: false },
      protect: false,
      logRetentionDays: 30,
      untaggedImageDays: 14,
      artifactKmsKeyArn: undefined,
    });
  });

  it("say for each provider where the code is and which pushes start a release", async () => {
    const of = async (change: Change) => (await settingsOf(change)).source;
    const connected = { repository: "acme/shop", branch: "main", connectionArn: undefined };
    expect([
      await of({ sourceProvider: "GitLab", sourceRepository: "acme/web/shop", branch: "" }),
      await of({ sourceProvider: "Bitbucket", branch: "", tags: '["v*","!v*-rc"]' }),
      await of({ branch: "", branches: '["main","release/*"]', tags: '["v*"]', filePaths: '["app/**"]' }),
      await of({ sourceProvider: "CodeCommit", sourceRepository: "shop" }),
      await of({ ...inS3, sourceKey: "builds/shop.zip" }),
    ]).to.deep.equal([
      {
        provider: "GitLab",
        ...connected,
        repository: "acme/web/shop",
        branches: ["main"],
        tags: [],
        filePaths: [],
      },
      { provider: "Bitbucket", ...connected, branches: [], tags: ["v*", "!v*-rc"], filePaths: [] },
      { provider: "GitHub", ...connected, branches: ["main", "release/*"], tags: ["v*"], filePaths: ["app/**"] },
      { provider: "CodeCommit", repository: "shop", branch: "staging" },
      { provider: "S3", bucket: "acme-source", key: "builds/shop.zip" },
    ]);
  });

  it("say whom to notify, how long to wait for approval, and when to release", async () => {
    const { watching, release } = await settingsOf({
      notificationEmails: '["team@example.com","on.call+shop@example.co.uk"]',
      approval: "true",
      approvalTimeoutMinutes: "86400",
      deploymentWindow: "* * 9-16 ? * MON-FRI *",
    });
    const { approval, deploymentWindow } = release;
    expect({ emails: watching.emails, approval, deploymentWindow }).to.deep.equal({
      emails: ["team@example.com", "on.call+shop@example.co.uk"],
      approval: { timeoutMinutes: 86_400 },
      deploymentWindow: { cron: "* * 9-16 ? * MON-FRI *", timeZone: "UTC" },
    });
  });

  it("hold the Compose files in their order", async () => {
    const { composeFiles } = await settingsOf({ composeFiles: '["compose.yml","deploy/staging.yaml"]' });
    expect(composeFiles).to.deep.equal(["compose.yml", "deploy/staging.yaml"]);
  });

  it("hold the folders of the application, and no buildspec for the program's own", async () => {
    const folders = async (change: Change) => {
      const { applicationDirectory, repositoryDirectory, build } = await settingsOf(change);
      return [applicationDirectory, repositoryDirectory, build.buildspec];
    };
    expect([
      await folders({ applicationDirectory: "..", repositoryDirectory: "services/.shop-2/a_b", buildspec: "" }),
      await folders({ applicationDirectory: "/srv/my shop", repositoryDirectory: "a..b", buildspec: undefined }),
    ]).to.deep.equal([
      ["..", "services/.shop-2/a_b", undefined],
      ["/srv/my shop", "a..b", undefined],
    ]);
  });

  it("take ready-made images where the earlier default of buildspec is still declared", async () => {
    expect((await settingsOf({ ...readyMade, buildspec: "buildspec.yml" })).source.provider).to.equal("ECR");
    expect(await refusalOf({ ...readyMade, buildspec: "ci/buildspec.yml" })).to.equal(
      'Pulumi.staging.yaml: buildspec: "ci/buildspec.yml" is not allowed; set it only if images are built here; sourceProvider is ECR',
    );
  });

  it("hold the environment whose images are released", async () => {
    expect((await settingsOf({ promoteFrom: "qa-2" })).build.promoteFrom).to.equal("qa-2");
  });

  it("accept an existing network by its IDs, by its tags or by both, or the default one", async () => {
    const of = async (change: Change) => (await settingsOf(change)).network.existing;
    expect([
      await of({ vpcId: "vpc-1", publicSubnetIds: '["subnet-a","subnet-b"]' }),
      await of({ vpcTags: '["Name=main","tier="]', publicSubnetTags: '["a/b=c=d"]', privateSubnetIds: '["subnet-c"]' }),
      await of({ vpcId: "default" }),
    ]).to.deep.equal([
      { vpc: "vpc-1", publicSubnets: ["subnet-a", "subnet-b"], privateSubnets: [] },
      { vpc: { Name: "main", tier: "" }, publicSubnets: { "a/b": "c=d" }, privateSubnets: ["subnet-c"] },
      "default",
    ]);
  });

  it("accept a domain with its zone, with a certificate, or with both", async () => {
    const certificateArn = "arn:aws:acm:us-east-1:000000000000:certificate/0a-1";
    const of = async (change: Change) => (await settingsOf({ domain: "shop.example.com", ...change })).balancer.https;
    expect([
      await of({ hostedZoneId: "Z0123" }),
      await of({ certificateArn }),
      await of({ hostedZoneId: "Z0123", certificateArn }),
    ]).to.deep.equal([
      { domain: "shop.example.com", hostedZoneId: "Z0123", certificateArn: undefined },
      { domain: "shop.example.com", hostedZoneId: undefined, certificateArn },
      { domain: "shop.example.com", hostedZoneId: "Z0123", certificateArn },
    ]);
  });

  it("hold the times at which counts change", async () => {
    const entries = ["0 7 ? * MON-FRI * = on", "0 12 ? * MON-FRI *=2-6", "30 19 * * ? * = off"];
    const { services } = await settingsOf({
      maximumCount: "6",
      schedule: JSON.stringify(entries),
      scheduleTimeZone: "Europe/Berlin",
    });
    expect(services.schedule).to.deep.equal({
      entries: [
        { cron: "0 7 ? * MON-FRI *", counts: "on" },
        { cron: "0 12 ? * MON-FRI *", counts: { minimum: 2, maximum: 6 } },
        { cron: "30 19 * * ? *", counts: "off" },
      ],
      timeZone: "Europe/Berlin",
    });
  });

  it("say where a build takes its base images from", async () => {
    const entries = [
      "debian:12=public.ecr.aws/docker/library/debian:12",
      "acme/base=registry.example:5000/acme/base@sha256:0",
    ];
    const { build } = await settingsOf({ baseImages: JSON.stringify(entries) });
    expect(build.baseImages).to.deep.equal([
      { image: "debian:12", reference: "public.ecr.aws/docker/library/debian:12" },
      { image: "acme/base", reference: "registry.example:5000/acme/base@sha256:0" },
    ]);
  });

  it("sort variables into plain ones, settings and secrets that are created here, and existing parameters", async () => {
    const settings = await settingsOf({
      variables: '["LOG_LEVEL=debug","MOTD=a=b"]',
      parameters: '["A","B","C=/shared/c","D"]',
      buildParameters: '["C"]',
      "settings:A": "1",
      "secrets:B": "2",
    });
    const { parameters, variables, build } = settings;
    const { secrets, ...plain } = parameters;
    expect({ variables, buildParameters: build.parameters, ...plain }).to.deep.equal({
      variables: { LOG_LEVEL: "debug", MOTD: "a=b" },
      names: { A: "/shop/staging/A", B: "/shop/staging/B", C: "/shared/c", D: "/shop/staging/D" },
      buildParameters: ["C"],
      path: "/shop/staging",
      settings: { A: "1" },
      existing: { C: "/shared/c", D: "/shop/staging/D" },
      configured: { A: "1", B: "2" },
      kmsKeyArns: [],
    });
    expect(Object.keys(secrets)).to.deep.equal(["B"]);
    expect(secrets["B"] && (await valueOf(secrets["B"]))).to.equal("2");
  });
});
