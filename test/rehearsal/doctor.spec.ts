import { CreatePipelineCommand } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { EC2Client } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { ecsService, type LocalEcs } from "../../local-cloud/index.ts";
import { verbClients } from "../../rehearsal/kit/command-line.ts";
import { diagnose } from "../../scripts/doctor/diagnose.ts";
import type { ProgramReading } from "../../scripts/pulumi/program-reading.ts";
import { names as exampleNames } from "../support/command-line.ts";
import {
  artifactStatements,
  bucket,
  connectionStatements,
  startPipelineWorld,
  type PipelineWorld,
} from "./local-cloud/pipeline-world.ts";

const type = (category: "Source" | "Approval", provider: string) =>
  ({ category, owner: "AWS", provider, version: "1" }) as const;

describe("doctor on the local cloud", function () {
  this.timeout(60_000);
  let on: PipelineWorld;
  let ecs: LocalEcs;
  let connection = "";

  before(async () => {
    on = await startPipelineWorld(() => Promise.reject(new Error("this pipeline builds nothing")));
    ecs = ecsService(on.world);
    on.local.endpoint.serve(ecs);
    on.commit("main", { "a.txt": "1" });
    await makeService();
    await makePipeline();
  });
  after(async () => {
    await ecs.close();
    await on.close();
  });

  /** A service whose revision has a container that is not in the Compose file; the repository of `proxy` is missing. */
  async function makeService(): Promise<void> {
    const cluster = "shop-staging";
    const client = new ECSClient(on.local.asRoot);
    await new ECRClient(on.local.asRoot).send(new CreateRepositoryCommand({ repositoryName: "shop/staging/web" }));
    await client.send(new CreateClusterCommand({ clusterName: cluster }));
    const containerDefinitions = ["web", "cache"].map((name) => ({ name, image: "none", memory: 64 }));
    await client.send(new RegisterTaskDefinitionCommand({ family: cluster, containerDefinitions }));
    await client.send(
      new CreateServiceCommand({ cluster, serviceName: cluster, taskDefinition: cluster, desiredCount: 0 }),
    );
  }

  /** A pipeline behind a connection whose handshake no one has finished. */
  async function makePipeline(): Promise<void> {
    const { ConnectionArn = "" } = await new CodeStarConnectionsClient(on.local.asRoot).send(
      new CreateConnectionCommand({ ConnectionName: "shop-staging", ProviderType: "GitHub" }),
    );
    connection = ConnectionArn;
    const roleArn = await on.local.role("shop-staging-pipeline", "codepipeline.amazonaws.com", [
      ...artifactStatements,
      ...connectionStatements(ConnectionArn),
    ]);
    const source = {
      name: "Source",
      actionTypeId: type("Source", "CodeStarSourceConnection"),
      outputArtifacts: [{ name: "Source" }],
      configuration: { ConnectionArn, FullRepositoryId: "team/shop", BranchName: "main" },
    };
    const stages = [
      { name: "Source", actions: [source] },
      { name: "Approve", actions: [{ name: "Approve", actionTypeId: type("Approval", "Manual") }] },
    ];
    const artifactStore = { type: "S3", location: bucket } as const;
    await on.client.send(
      new CreatePipelineCommand({
        pipeline: { name: "shop-staging", roleArn, pipelineType: "V2", artifactStore, stages },
      }),
    );
  }

  const program: ProgramReading = {
    region: "us-east-1",
    allowedAccounts: [],
    settings: {
      composeFiles: ["docker-compose-staging.yml"],
      notes: [],
      buildspec: undefined,
      testReports: false,
      repository: ".",
      source: "GitHub",
      connected: true,
      connectionArn: undefined,
      natGateways: "none",
      parameterKmsKeyArns: [],
      parameters: ["URL", "KEY"].map((variable) => ({ variable, name: `/shop/staging/${variable}`, made: undefined })),
    },
    application: {
      services: [{ name: "shop-staging", containers: ["web"], imageDefinitions: "imagedefinitions.json" }],
      images: ["web", "proxy"],
      entry: undefined,
    },
  };

  /** Topics that need AWS's answers, each with its checks as lines. */
  async function diagnosis(): Promise<Readonly<Record<string, readonly string[]>>> {
    const { asRoot } = on.local;
    const repositories = { web: `${on.world.registryHost}/shop/staging/web`, proxy: "registry/shop/staging/proxy" };
    const names = { ...exampleNames, region: on.world.region, repositories, templates: {}, madeRevisions: {} };
    const topics: Record<string, readonly string[]> = {};
    const around = {
      locate: () => Promise.resolve(names),
      clients: () => verbClients(asRoot),
      pause: () => Promise.resolve(),
      machine: {
        program: () => Promise.resolve(program),
        command: () => nothing(),
        readFile: () => undefined,
        get: () => nothing(),
        clients: () => ({
          sts: new STSClient(asRoot),
          ec2: new EC2Client(asRoot),
          quotas: new ServiceQuotasClient(asRoot),
          connections: new CodeStarConnectionsClient(asRoot),
          shellRegion: () => nothing(),
        }),
      },
    };
    for await (const { name, checks } of diagnose("staging", around, new AbortController().signal)) {
      topics[name] = checks.map(({ state, text }) => `${state} ${text}`);
    }
    return topics;
  }
  const nothing = () => Promise.resolve(undefined);

  it("finds the waiting connection, the run that failed for it, and missing parameters, containers and repositories", async () => {
    const run = await on.until(async () => {
      const { connection: lines = [] } = await diagnosis();
      return /^missing run (\S+):/.exec(lines[1] ?? "")?.[1];
    });
    await new SSMClient(on.local.asRoot).send(
      new PutParameterCommand({ Name: "/shop/staging/URL", Type: "SecureString", Value: "postgres://" }),
    );
    const topics = await diagnosis();
    const up = "run `pulumi up --stack staging`";
    expect(
      Object.fromEntries(["credentials", "connection", "parameters", "names"].map((name) => [name, topics[name]])),
    ).to.deep.equal({
      credentials: ["ok account: 000000000000", "ok region: us-east-1"],
      connection: [
        'missing connection shop-staging: PENDING; finish its handshake with "Update pending connection" at https://console.aws.amazon.com/codesuite/settings/connections?region=us-east-1',
        `missing run ${run}: its source failed (Connection ${connection} is not available: its status is PENDING); it can stay failed: the next push starts another run`,
      ],
      parameters: [
        "ok URL: /shop/staging/URL is a SecureString",
        "missing KEY: Parameter Store has no /shop/staging/KEY; put it there with `npm run release -- parameters set KEY`",
      ],
      names: [
        `missing container cache: shop-staging:1 has it, the Compose file does not; ${up}`,
        `missing image proxy: ECR has no registry/shop/staging/proxy; ${up}`,
      ],
    });
  });

  it("advises a release when the handshake is finished and nothing was released since", async () => {
    on.connections.finishHandshake(connection);
    const { connection: lines = [], state } = await diagnosis();
    expect([lines[0], lines[1]?.split("; ")[1], state]).to.deep.equal([
      "ok connection shop-staging: AVAILABLE",
      "push, or `npm run release -- release --stack staging`",
      ["ok state: no drift, no rollback held, Release open"],
    ]);
  });
});
