import { randomBytes } from "node:crypto";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { RunTaskCommand } from "@aws-sdk/client-ecs";
import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { readImage } from "../../../scripts/kit/image-view.ts";
import { readLog } from "../../../scripts/kit/log-entry.ts";
import { readRevision, revisionsOf } from "../../../scripts/look/revision-view.ts";
import { heldRevisions, readHold, readHoldValue, writeHold } from "../../../scripts/guard/rollback-hold.ts";
import { findServices, readServices, readTasks } from "../../../scripts/look/service-view.ts";
import { takeLock } from "../../../scripts/guard/verb-lock.ts";
import { self } from "../../support/command-line.ts";
import { cluster, motoBench, names, repository, roles } from "./moto-bench.ts";

/**
 * The local cloud's answers for ECS are written in this project; moto is another reading of AWS's API. moto does not have
 * the following, which only the tests on the local cloud check:
 * - GetPipelineState, ListActionExecutions and PutApprovalResult of CodePipeline, and ListServiceDeployments of ECS:
 *   `status`, `release`, `approve` and `rollback` cannot run here as a whole
 * - registeredAt of a task definition, without which no release task is found
 * - tasks of a service (ListTasks reads no serviceName), their containers' health and the digests of their images
 * - logStreamNamePrefix of FilterLogEvents, and StateValue together with AlarmNames of DescribeAlarms
 */
describe("the verbs' AWS code on a second emulator", function () {
  this.timeout(60_000);
  const bench = motoBench();
  const { verb, pushed, write } = bench;

  it("reads a service with its deployment, and throws for one that does not exist", async () => {
    const { ecs } = bench.moto.clients;
    const [service, ...more] = await readServices(ecs, cluster, ["shop-test"]);
    const { id = "", reason = "" } = service?.deployments[0] ?? {};
    expect([service, more, reason.includes(id)]).to.deep.equal([
      {
        name: "shop-test",
        revision: "shop-test:3",
        desired: 2,
        running: 2,
        pending: 0,
        targetGroups: [],
        deployments: [
          {
            id,
            revision: "shop-test:3",
            primary: true,
            state: "COMPLETED",
            reason,
            failedTasks: 0,
            desired: 2,
            running: 2,
            pending: 0,
          },
        ],
      },
      [],
      true,
    ]);
    expect(await findServices(ecs, cluster, ["worker"])).to.deep.equal([]);
    expect(await failure(readServices(ecs, cluster, ["shop-test", "worker"]))).to.deep.equal(
      "worker: there is no such ECS service in shop-test; run `pulumi up`",
    );
  });

  it("reads the tasks that run", async () => {
    const { ecs } = bench.moto.clients;
    const { Subnets: [{ SubnetId = "" } = {}] = [] } = await bench.moto.ec2.send(new DescribeSubnetsCommand({}));
    const awsvpcConfiguration = { subnets: [SubnetId], securityGroups: [] };
    const { tasks: [started] = [] } = await ecs.send(
      new RunTaskCommand({
        cluster,
        taskDefinition: "shop-test:3",
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration },
      }),
    );
    const id = started?.taskArn?.split("/").at(-1);
    expect(await readTasks(ecs, cluster, "shop-test")).to.deep.equal([
      { id, health: "UNKNOWN", revision: "shop-test:3", digests: { web: "" } },
    ]);
  });

  it("reads a revision, and those of a family that are active, newest first", async () => {
    const { ecs } = bench.moto.clients;
    expect(await readRevision(ecs, "shop-test")).to.deep.equal({
      name: "shop-test:3",
      number: 3,
      active: true,
      registeredAt: undefined,
      cpu: "256",
      memory: "512",
      roles,
      containers: [
        {
          name: "web",
          image: `${repository}:ccccccc`,
          environment: { LEVEL: "debug" },
          secrets: { WORD: "/shop/test/WORD" },
          template: "5ca1ab1e",
          settings: { cpu: 0, essential: true, memory: 512, mountPoints: [], portMappings: [], volumesFrom: [] },
        },
      ],
      settings: {
        executionRoleArn: roles[0],
        taskRoleArn: roles[1],
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        placementConstraints: [],
        volumes: [],
      },
    });
    expect((await readRevision(ecs, "shop-test:2")).active).to.equal(false);
    const found = await all(revisionsOf(ecs, "shop-test"));
    expect(found.map(({ name }) => name)).to.deep.equal(["shop-test:3", "shop-test:1"]);
  });

  it("finds an image by tag and by digest, and knows which one is gone", async () => {
    const { ecr } = bench.moto.clients;
    const digest = await pushed("ddddddd");
    const image = await readImage(ecr, `${repository}:ddddddd`);
    expect(image).to.deep.equal({ digest, tags: ["ddddddd"], pushedAt: image?.pushedAt });
    expect(image?.pushedAt).to.be.instanceOf(Date);
    expect([
      await readImage(ecr, `${repository}@${digest}`),
      await readImage(ecr, `${repository}:eeeeeee`),
      await readImage(ecr, repository.replace("/web", "/other") + ":ddddddd"),
    ]).to.deep.equal([image, undefined, undefined]);
  });

  it("lists the revisions that a rollback can go back to", async () => {
    await pushed("ccccccc");
    const { code, out, err } = await verb(["revisions"]);
    expect([code, out, err]).to.deep.equal([
      0,
      [
        "shop-test:3  ccccccc, runs",
        `  web: ${repository}:ccccccc`,
        "  web: environment: LEVEL changed",
        "shop-test:1  aaaaaaa, a rollback cannot go to it",
        `  web: ${repository}:aaaaaaa`,
        `  web: ${repository}:aaaaaaa is no longer in ECR`,
      ],
      [],
    ]);
  });

  it("holds a rollback, stops another one, and goes on when a person says so", async () => {
    const { ssm } = bench.moto.clients;
    const { rollbackHold: name } = names;
    const look = async () => [await readHold(ssm, name), heldRevisions(await readHoldValue(ssm, name))];
    const seen = [await look()];
    await writeHold(ssm, name, { text: "rolled back by ann", to: { "shop-test": "shop-test:3" } });
    seen.push(await look());
    await writeHold(ssm, name, { text: "rolled back by bob", to: { "shop-test": "shop-test:1" } });
    seen.push(await look());
    await ssm.send(new PutParameterCommand({ Name: name, Type: "String", Value: "wait for mia", Overwrite: true }));
    expect([...seen, await look()]).to.deep.equal([
      [undefined, {}],
      ["rolled back by ann", { "shop-test": "shop-test:3" }],
      ["rolled back by bob", { "shop-test": "shop-test:1" }],
      ["wait for mia", {}],
    ]);
  });

  it("gives the lock to one verb at a time, and passes it on when its process has ended", async () => {
    const { ssm } = bench.moto.clients;
    const warned: string[] = [];
    const now = () => new Date("2026-11-24T12:00:00Z");
    const around = { now, self, warn: (line: string) => void warned.push(line) };
    const bob = { ...around, self: { ...self, who: "bob", pid: 8 } };
    const holder = async () => (await readHoldValue(ssm, names.verbLock))?.replace(/.*"who":"(\w+)".*/, "$1");
    const first = await takeLock({ names, ssm, verb: "rollback", around });
    const refused = await failure(takeLock({ names, ssm, verb: "up", around: bob }));
    const seen = [await holder()];
    await first.release();
    seen.push(await holder());
    await takeLock({ names, ssm, verb: "up", around: { ...around, self: { ...self, pid: 9 } } });
    const second = await takeLock({ names, ssm, verb: "rollback", around });
    const broken = await takeLock({ names, ssm, verb: "up", breakLock: true, around: bob });
    await second.release();
    seen.push(await holder());
    await broken.release();
    expect([...seen, await holder(), refused, warned]).to.deep.equal([
      ...["ann", undefined, "bob", undefined],
      "test: `rollback` of ann on desk (process 7, since 2026-11-24 12:00:00 UTC) is changing it now; wait until that has ended, or give --break-lock if it no longer runs",
      [
        "test: `up` of ann on desk (process 9, since 2026-11-24 12:00:00 UTC) no longer runs and has not released the lock; the lock is taken over",
        "test: the lock of `rollback` of ann on desk (process 7, since 2026-11-24 12:00:00 UTC) is broken",
        "test: another verb has taken the lock meanwhile; look with `npm run release -- status`",
      ],
    ]);
  });

  it("sets, lists and compares the parameters of the environment alone", async () => {
    const { ssm } = bench.moto.clients;
    for (const Name of ["/shop/other/WORD", "/shop/test/deep/WORD"]) {
      await ssm.send(new PutParameterCommand({ Name, Type: "String", Value: "x" }));
    }
    const missing = await verb(["parameters", "diff"]);
    const secret = randomBytes(12).toString("hex");
    const set = [
      await verb(["parameters", "set", "WORD"], "first"),
      await verb(["parameters", "set", "WORD"], secret),
      await verb(["parameters", "set", "OTHER", "--plain"], "plain"),
      await verb(["parameters", "set", "OTHER"], "plain"),
    ];
    const list = await verb(["parameters", "list"]);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/shop/test/WORD", WithDecryption: true }));
    expect(missing).to.deep.equal({
      code: 3,
      err: [],
      out: ["missing: /shop/test/WORD; run `npm run release -- parameters set WORD --stack test`"],
    });
    expect(set.map(({ code, out }) => [code, ...out])).to.deep.equal([
      [0, "/shop/test/WORD: SecureString, version 1"],
      [0, "/shop/test/WORD: SecureString, version 2"],
      [0, "/shop/test/OTHER: String, version 1"],
      [1],
    ]);
    expect(list.out.map((line) => line.replace(/changed [^,]+/, "changed then"))).to.deep.equal([
      "/shop/test/OTHER: String, version 1, changed then, read by no container",
      "/shop/test/WORD: SecureString, version 2, changed then, read by web, web",
    ]);
    expect(Parameter?.Value).to.equal(secret);
    expect(await verb(["parameters", "diff"])).to.deep.equal({
      code: 0,
      err: [],
      out: ["unused: /shop/test/OTHER; declare it in Pulumi.test.yaml, or delete it"],
    });
  });

  it("reads what containers wrote, by time over all streams, of one container, and since a moment", async () => {
    await write("shop-test/web/t1", [7200, "long ago"], [50, "one"], [30, "three"]);
    await write("shop-test/web/t2", [40, "two"]);
    await write("shop-test/proxy/t1", [20, "four"]);
    const said = async (...args: string[]) => {
      const { out } = await verb(["logs", ...args]);
      return out.map((line) => line.replace(/^\S+ /, ""));
    };
    const [one, two, three] = ["web/t1 one", "web/t2 two", "web/t1 three"];
    expect([await said(), await said("web"), await said("--since", "3h", "--service", "shop-test")]).to.deep.equal([
      [one, two, three, "proxy/t1 four"],
      [one, two, three],
      ["web/t1 long ago", one, two, three, "proxy/t1 four"],
    ]);
    const gone = { group: "/ecs/gone", prefix: "", from: new Date(0) };
    expect(await failure(all(readLog(bench.moto.clients.logs, gone)))).to.equal(
      "/ecs/gone: there is no such log group; run `pulumi up`",
    );
  });
});

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const failure = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
