import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CodePipelineClient, CreatePipelineCommand, GetPipelineStateCommand } from "@aws-sdk/client-codepipeline";
import { CreateServiceCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { type CodePipeline, codePipelineService, connectionsService } from "../../local-cloud/index.ts";
import { run } from "../../scripts/cli.ts";
import type { StackNames } from "../../scripts/pulumi/stack-names.ts";
import { awsClients, type Clients } from "../../scripts/verb/surroundings.ts";
import { project } from "../../scripts/pulumi/project.ts";
import { thisProcess } from "../../scripts/pulumi/this-process.ts";
import { names as exampleNames } from "../support/command-line.ts";
import { answering, cluster, push, startEcsWorld, until, type EcsWorld } from "./local-cloud/ecs-world.ts";
import { artifactStatements, bucket } from "./local-cloud/pipeline-world.ts";
import type { KilledVerb } from "./killed-verb.ts";

// A service with three revisions: one for each of two commits, the second with another template, and one that never starts.
describe("rollback on the local cloud", function () {
  this.timeout(120_000);
  const lock = "/shop/test/.release/lock";
  const hold = "/shop/test/.release/rollback-hold";
  let world: EcsWorld;
  let pipelines: CodePipeline;
  let clients: Clients;
  let names: StackNames;
  const restore = { ...process.env };

  before(async () => {
    world = await startEcsWorld();
    const { asRoot } = world.local;
    // The variables of a person's shell, which the verb's clients read, in this process and in the killed one.
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: asRoot.endpoint,
      AWS_ACCESS_KEY_ID: asRoot.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: asRoot.credentials.secretAccessKey,
    });
    clients = awsClients(asRoot.region);
    names = {
      ...exampleNames,
      region: asRoot.region,
      cluster,
      services: ["shop"],
      templates: { shop: "2" },
      releaseFamilies: [],
      repositories: { web: `${world.registry}/shop/test` },
      verbLock: lock,
      rollbackHold: hold,
    };
    await makePipeline();
    await deploy("aaaaaaa", "1");
    await deploy("bbbbbbb", "2");
  });
  after(async () => {
    Object.assign(process.env, restore);
    for (const name of Object.keys(process.env)) if (!(name in restore)) Reflect.deleteProperty(process.env, name);
    await pipelines.close();
    await world.close();
  });

  /** A pipeline with a Release; its source is empty, so that its first run ends there. */
  async function makePipeline(): Promise<void> {
    const { local } = world;
    const on = local.world;
    pipelines = codePipelineService(on, {
      connections: connectionsService(on),
      minuteMs: 500,
      pollMs: 20,
      now: () => new Date(),
      startBuild: () => Promise.reject(new Error("this pipeline builds nothing")),
    });
    local.endpoint.serve(pipelines);
    await new S3Client(local.asRoot).send(new CreateBucketCommand({ Bucket: bucket }));
    const roleArn = await local.role("shop-staging-pipeline", "codepipeline.amazonaws.com", artifactStatements);
    const action = (name: string, category: "Source" | "Approval", provider: string, more: object = {}) => ({
      name,
      actionTypeId: { category, owner: "AWS" as const, provider, version: "1" },
      ...more,
    });
    const configuration = { S3Bucket: bucket, S3ObjectKey: "shop.zip", PollForSourceChanges: "false" };
    const source = action("Source", "Source", "S3", { outputArtifacts: [{ name: "Source" }], configuration });
    const stages = [
      { name: "Source", actions: [source] },
      { name: "Release", actions: [action("Approve", "Approval", "Manual")] },
    ];
    await new CodePipelineClient(local.asRoot).send(
      new CreatePipelineCommand({
        pipeline: {
          name: "shop-staging",
          roleArn,
          pipelineType: "V2",
          stages,
          artifactStore: { type: "S3", location: bucket },
        },
      }),
    );
  }

  /** Registers a revision with a commit's image and a template, and updates the service to it. */
  async function deploy(tag: string, template: string): Promise<void> {
    const { image } = await push(world, tag);
    const web = { ...answering(tag), image, dockerLabels: { "compose-ecs-pipeline.template": template } };
    const taskDefinition = await world.register("shop", web);
    const { service } = await serviceNow();
    const named = { cluster, taskDefinition, desiredCount: 1 };
    if (service === undefined) await world.client.send(new CreateServiceCommand({ ...named, serviceName: "shop" }));
    else await world.client.send(new UpdateServiceCommand({ ...named, service: "shop" }));
    await until(serviceNow, ({ state }) => state === "COMPLETED");
  }

  async function serviceNow() {
    const service = await world.service();
    const [primary, ...others] = service.deployments ?? [];
    return {
      service: service.serviceName,
      revision: primary?.taskDefinition?.split("/").at(-1),
      state: others.length === 0 ? primary?.rolloutState : "IN_PROGRESS",
    };
  }

  /** Runs a command line against the local cloud. */
  async function verb(args: string, onLine: (line: string) => void = () => undefined) {
    const [out, err] = [[] as string[], [] as string[]];
    const code = await run([...args.split(" "), "--stack", "staging"], {
      say: (line) => {
        out.push(line);
        onLine(line);
      },
      warn: (line) => err.push(line),
      ask: undefined,
      redraw: undefined,
      locate: () => Promise.resolve(names),
      clients: () => clients,
      git: () => ({
        resolve: () => Promise.resolve(undefined),
        between: () => Promise.resolve(undefined),
        author: () => Promise.resolve(undefined),
      }),
      now: () => new Date(),
      project: project(),
      self: thisProcess(),
      pause: () => sleep(100),
      interruption: () => new AbortController().signal,
    });
    return { code, out, err };
  }

  /** Runs a rollback in a separate process, which is killed after a line. */
  async function killedAt(at: string): Promise<NodeJS.Signals | null> {
    const told: KilledVerb = { args: ["rollback", "--yes", "--stack", "staging"], names, at };
    const child = spawn(process.execPath, [join(import.meta.dirname, "killed-verb.ts"), JSON.stringify(told)], {
      stdio: "ignore",
    });
    const [, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return signal;
  }

  const parameter = (Name: string) =>
    clients.ssm.send(new GetParameterCommand({ Name })).then(
      ({ Parameter }) => Parameter?.Value,
      () => undefined,
    );
  async function closed(): Promise<string | undefined> {
    const { stageStates = [] } = await clients.codepipeline.send(new GetPipelineStateCommand({ name: "shop-staging" }));
    return stageStates.find(({ stageName }) => stageName === "Release")?.inboundTransitionState?.disabledReason;
  }
  /** The hold, the closed transition and the lock, and the revision that the service should run. */
  const standing = async () => [
    (await parameter(hold)) !== undefined,
    (await closed()) !== undefined,
    (await parameter(lock)) !== undefined,
    (await serviceNow()).revision,
  ];

  it("is killed after the hold, after the transition and after the service's update, and the next one goes on", async () => {
    const seen = [];
    for (const at of ["is set: `up`", "Release is closed", "shop: goes to"])
      seen.push([await killedAt(at), ...(await standing())]);
    expect(seen).to.deep.equal([
      ["SIGKILL", true, false, true, "shop:2"],
      ["SIGKILL", true, true, true, "shop:2"],
      ["SIGKILL", true, true, true, "shop:1"],
    ]);
  });

  it("ends at the last run, which takes over the lock; a second verb at the same time reports who holds it", async () => {
    const beside: ReturnType<typeof verb>[] = [];
    const { code, out, err } = await verb("rollback --yes", (line) => {
      if (line.includes("Release is closed")) beside.push(verb("rollback --yes"));
    });
    const [other] = await Promise.all(beside);
    const holder = /^staging: `rollback` of \S+ on \S+ \(process \d+, since .* UTC\) /;
    expect([code, err.map((line) => line.replace(holder, "")), other?.code]).to.deep.equal([
      ...[0, ["no longer runs and has not released the lock; the lock is taken over"], 1],
    ]);
    expect(other?.err.map((line) => line.replace(holder, ""))).to.deep.equal([
      "is changing it now; wait until that has ended, or give --break-lock if it no longer runs",
    ]);
    expect([out.at(-3), await standing()]).to.deep.equal([
      "shop: as it should be: shop:1, 1 task(s)",
      [true, true, false, "shop:1"],
    ]);
  });

  it("is reported as held by verify, and released by resume, which advises an up", async () => {
    const verified = await verb("verify");
    const resumed = await verb("resume --yes");
    expect([verified.code, verified.out.at(-1), resumed.code, resumed.out.slice(-2), await standing()]).to.deep.equal([
      ...[0, "  shop:1 is held; it is not from the template of the last `up`", 0],
      [
        "shop: does not run the template of the last `up`; run `pulumi up --stack staging` afterwards",
        "staging: releases continue",
      ],
      [false, false, false, "shop:1"],
    ]);
  });

  it("stops a deployment that never ends, and goes back to what ran, by its commit", async () => {
    const image = `${world.registry}/shop/test:ccccccc`;
    const taskDefinition = await world.register("shop", { ...answering("never"), image });
    await world.client.send(new UpdateServiceCommand({ cluster, service: "shop", taskDefinition }));
    const { code, out, err } = await verb("rollback --yes --to aaaaaaa");
    expect([code, err, out.filter((line) => /stopped|as it should|goes to/.test(line))]).to.deep.equal([
      0,
      [],
      [
        "shop: the deployment of shop:3 is in progress, and is stopped first",
        "shop: the deployment of shop:3 is stopped",
        "shop: as it should be: shop:1, 1 task(s)",
      ],
    ]);
  });

  it("lists the revisions that a rollback can go to, and those that it cannot", async () => {
    const { out } = await verb("revisions");
    expect(out.map((line) => line.replace(/\d+ (s|min) ago/, "now").replaceAll(world.registry, "ecr"))).to.deep.equal([
      "shop:3  ccccccc, now, a rollback cannot go to it",
      "  web: ecr/shop/test:ccccccc",
      "  web: environment: TEXT changed",
      "  template: a different one",
      "  web: ecr/shop/test:ccccccc is no longer in ECR",
      "shop:2  bbbbbbb, now",
      "  web: ecr/shop/test:bbbbbbb",
      "  web: environment: TEXT changed",
      "  template: a different one",
      "shop:1  aaaaaaa, now, runs",
      "  web: ecr/shop/test:aaaaaaa",
    ]);
  });

  it("goes past a revision that another role has registered, by images and by commit", async () => {
    await verb("resume --yes");
    await world.register("shop", { ...answering("planted"), image: `${world.registry}/shop/test:bbbbbbb` });
    await deploy("ddddddd", "2");
    const [before, commit] = [await verb("rollback --dry-run"), await verb("rollback --dry-run --to bbbbbbb")];
    expect([before.out[1], commit.out[1]]).to.deep.equal(["shop: shop:5 → shop:2", "shop: shop:5 → shop:2"]);
  });
});
