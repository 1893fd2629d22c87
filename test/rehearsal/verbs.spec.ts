import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreatePipelineCommand } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { ecsService, type LocalEcs } from "../../local-cloud/index.ts";
import { verbClients } from "../../rehearsal/kit/command-line.ts";
import { run } from "../../scripts/cli.ts";
import { checkout } from "../../scripts/kit/git.ts";
import { project } from "../../scripts/pulumi/project.ts";
import type { StackNames } from "../../scripts/pulumi/stack-names.ts";
import type { Clients } from "../../scripts/verb/surroundings.ts";
import { thisProcess } from "../../scripts/pulumi/this-process.ts";
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

describe("release and status on the local cloud", function () {
  this.timeout(60_000);
  let on: PipelineWorld;
  let ecs: LocalEcs;
  let clients: Clients;
  let names: StackNames;
  const commits: string[] = [];

  before(async () => {
    on = await startPipelineWorld(() => Promise.reject(new Error("this pipeline builds nothing")));
    ecs = ecsService(on.world);
    on.local.endpoint.serve(ecs);
    clients = verbClients(on.local.asRoot);
    commits.push(on.commit("main", { "a.txt": "1" }), on.commit("main", { "b.txt": "2" }));
    const web = `${on.world.registryHost}/shop/staging/web`;
    names = {
      ...exampleNames,
      region: on.world.region,
      repositories: { web },
      templates: {},
      madeRevisions: {},
      deploymentAlarms: [],
    };
    await makeService(web);
    await makePipeline();
  });
  after(async () => {
    await ecs.close();
    await on.close();
  });

  /** A service that should run the second commit; nothing here can start a container. */
  async function makeService(web: string): Promise<void> {
    const cluster = "shop-staging";
    await clients.ecr.send(new CreateRepositoryCommand({ repositoryName: "shop/staging/web" }));
    await clients.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
    const image = `${web}:${commits[1]?.slice(0, 7) ?? ""}`;
    await clients.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: cluster,
        containerDefinitions: [{ name: "web", image, memory: 64 }],
      }),
    );
    await clients.ecs.send(
      new CreateServiceCommand({ cluster, serviceName: cluster, taskDefinition: cluster, desiredCount: 1 }),
    );
  }

  /** A pipeline whose runs wait for approval and then end. */
  async function makePipeline(): Promise<void> {
    const { ConnectionArn = "" } = await new CodeStarConnectionsClient(on.local.asRoot).send(
      new CreateConnectionCommand({ ConnectionName: "shop", ProviderType: "GitHub" }),
    );
    on.connections.finishHandshake(ConnectionArn);
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
    const approve = { name: "Approve", actionTypeId: type("Approval", "Manual") };
    const stages = [
      { name: "Source", actions: [source] },
      { name: "Approve", actions: [approve] },
    ];
    const artifactStore = { type: "S3", location: bucket } as const;
    await clients.codepipeline.send(
      new CreatePipelineCommand({
        pipeline: { name: "shop-staging", roleArn, pipelineType: "V2", artifactStore, stages },
      }),
    );
  }

  /** Runs a command line against the local cloud; `onLine` is called with each line of its output. */
  async function verb(args: string, onLine: (line: string) => void = () => undefined) {
    const [out, err] = [[] as string[], [] as string[]];
    const code = await run(args.split(" "), {
      say: (line) => {
        out.push(line);
        onLine(line);
      },
      warn: (line) => err.push(line),
      ask: undefined,
      redraw: undefined,
      locate: () => Promise.resolve(names),
      clients: () => clients,
      project: project({ projectDirectory: on.local.directory }),
      git: () => checkout(join(on.local.directory, "shop")),
      now: () => new Date(),
      self: thisProcess(),
      pause: () => sleep(50),
      interruption: () => new AbortController().signal,
    });
    return { code, out, err };
  }

  it("asks before it releases an older commit, as the checkout's history shows", async () => {
    const [first = "", second = ""] = commits;
    const short = first.slice(0, 7);
    expect(await verb(`release --stack staging --commit ${short}`)).to.deep.equal({
      code: 1,
      out: [
        `${short} goes backwards: ${second.slice(0, 7)} runs, and 1 commit(s) of it are not in ${short}:`,
        `  ${second.slice(0, 7)} change b.txt`,
      ],
      err: ["release: there is no one to ask; give --yes"],
    });
  });

  it("follows a run of a chosen commit through its approval to its end", async () => {
    const [first = ""] = commits;
    const waiting = await on.until(async () => {
      const line = (await verb("status --stack staging")).out.find((one) => one.startsWith("waits for approval"));
      return line?.split(" ")[4];
    });
    const approvals: Promise<unknown>[] = [];
    const { code, out, err } = await verb(`release --stack staging --commit ${first} --yes --follow`, (line) => {
      // First the run that creating the pipeline has started, which is in the stage, then the new one.
      if (line.startsWith("Approve: ") && / waits|: waits;/.test(line))
        approvals.push(verb("approve --stack staging --yes"));
    });
    await Promise.all(approvals);
    const id = /run (\S+) starts/.exec(out.join("\n"))?.[1] ?? "";
    expect([code, err, approvals.length]).to.deep.equal([0, [], 2]);
    // A step may begin and end between two looks.
    const told = out.filter((line) => !/: begins$|goes backwards|^ {2}|waits for approval;/.test(line));
    expect(told).to.deep.equal([
      `shop-staging: run ${id} starts with ${first}`,
      `Source: ${first.slice(0, 7)} change a.txt`,
      "Source: done",
      `Approve: waits; run ${waiting} is in it`,
      `Approve: run ${id} waits for a person; \`npm run release -- approve\` or reject`,
      "Approve: done",
      `run ${id}: Succeeded`,
    ]);
  });

  it("prints what should run, that it does not run, what waits and what is held", async () => {
    await clients.ssm.send(
      new PutParameterCommand({ Name: names.rollbackHold, Type: "String", Value: "rolled back to 1" }),
    );
    const started = await verb("release --stack staging --json");
    const { executionId } = JSON.parse(started.out[0] ?? "{}") as { readonly executionId?: string };
    expect(started.err).to.deep.equal(["a rollback is held: rolled back to 1"]);
    await on.until(async () => {
      const { out } = await verb("status --stack staging");
      return out.some((line) => line.startsWith("waits for approval")) || undefined;
    });
    const { code, out } = await verb("status --stack staging");
    const second = commits[1]?.slice(0, 7) ?? "";
    // ECS tries the task again and again.
    const lasting = out.filter((line) => !/^ {2}(deployment|drift)/.test(line));
    expect([code, lasting.map((line) => line.replace(", 1 starting", ""))]).to.deep.equal([
      0,
      [
        "staging  http://shop.example",
        "shop-staging: shop-staging:1, 0 of 1 task(s) run",
        `  web: ${second}`,
        `waits for approval: run ${executionId ?? ""} ${second} change b.txt`,
        "a rollback is held: rolled back to 1",
      ],
    ]);
  });
});
