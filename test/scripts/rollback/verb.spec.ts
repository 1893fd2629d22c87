import { expect } from "chai";
import { awsError, names } from "../../support/command-line.ts";
import { rollbackWorld, type RollbackWorld } from "../../support/rollback-world.ts";
import { own, worker, command, history, one, plan, lock, unlock, rollback } from "./command.ts";

const held = `${names.rollbackHold}: is set: \`up\` does not change what runs`;

const closed = "shop-staging: Release is closed, so no run undoes it";

const goes = "shop-staging: goes to shop-staging:2";

const followed = [
  "shop-staging: shop-staging:2 IN_PROGRESS; shop-staging:2 COMPLETED; 1 task(s) wanted",
  "shop-staging: shop-staging:2 COMPLETED; 1 task(s) wanted",
  "shop-staging: as it should be: shop-staging:2, 1 task(s)",
  "  web: sha256:aaaaaaa",
];

const record = (to: object, text = "rolled back to aaaaaaa by ann") => JSON.stringify({ text, to });

const hold = {
  Name: names.rollbackHold,
  Type: "String",
  Value: record({ [own]: "shop-staging:2" }),
  Overwrite: true,
};

const closing = {
  pipelineName: own,
  stageName: "Release",
  transitionType: "Inbound",
  reason: "rolled back to aaaaaaa by ann (compose-ecs-pipeline rollback)",
};

const update = { cluster: own, service: own, taskDefinition: "shop-staging:2" };

const goOn =
  "`npm run release -- rollback --stack staging` continues it, `npm run release -- resume --stack staging` ends it";

describe("npm run release -- rollback", () => {
  it("shows what it goes back to, asks, holds it, closes Release, goes back, follows and verifies", async () => {
    expect(await rollback(one(), "rollback --stack staging", { reply: "y" })).to.deep.equal({
      code: 0,
      out: [...plan, held, closed, goes, ...followed],
      err: [],
      done: ["eu-central-1", lock, "rollback it? [y/N] ", hold, closing, update, unlock],
    });
  });

  it("shows the same in a dry run, changes nothing and does not take the lock", async () => {
    expect(await rollback(one(), `${command} --dry-run`)).to.deep.equal({
      code: 0,
      out: plan,
      err: [],
      done: ["eu-central-1"],
    });
  });

  it("continues where an earlier one ended: after the hold, after the transition, on the way, and at its end", async () => {
    const note = "continues the rollback that was begun: rolled back to aaaaaaa by ann";
    const begun = (parts: Partial<RollbackWorld>) => {
      const world = one(parts);
      world.parameters.versions.set(names.rollbackHold, [hold.Value]);
      return world;
    };
    const at = (looks: number) =>
      begun({ closed: closing.reason, services: { [own]: { revision: "shop-staging:2", looks } } });
    const seen = [];
    for (const world of [begun({}), begun({ closed: closing.reason }), at(9), at(0)]) {
      const { code, out, done } = await rollback(world);
      expect([code, out.includes(note), out.slice(-2)]).to.deep.equal([0, true, followed.slice(-2)]);
      seen.push(done.slice(2, -1));
    }
    expect(seen).to.deep.equal([[closing, update], [closing, update], [closing], [closing]]);
  });

  it("stops a deployment in progress first, which ECS may have ended meanwhile", async () => {
    const deploying = () => {
      const world = one();
      // The deployment to stop is found in the list: it is the newest one.
      Object.assign(world.services[own] ?? {}, { looks: 9 });
      const newest = {
        serviceDeploymentArn: "d/9",
        status: "IN_PROGRESS",
        createdAt: new Date("2026-11-24T13:00:00Z"),
      };
      const { ListServiceDeployments: listed } = world.answers;
      const ListServiceDeployments = (input: never) => {
        const { serviceDeployments } = listed?.(input) as { readonly serviceDeployments: readonly object[] };
        return { serviceDeployments: [newest, ...serviceDeployments] };
      };
      return { world, answers: { ListServiceDeployments } };
    };
    const stop = { serviceDeploymentArn: "d/9", stopType: "ROLLBACK" };
    const [first, second] = [deploying(), deploying()];
    const late = () => {
      throw awsError("ConflictException");
    };
    const stopped = await rollback(first.world, command, { answers: first.answers });
    const ended = await rollback(second.world, command, {
      answers: { ...second.answers, StopServiceDeployment: late },
    });
    expect([
      stopped.out.slice(9, 14),
      ended.out.slice(9, 13),
      stopped.done.slice(4),
      ended.done.slice(4),
    ]).to.deep.equal([
      [
        "shop-staging: the deployment of shop-staging:3 is in progress, and is stopped first",
        ...[held, closed, "shop-staging: the deployment of shop-staging:3 is stopped", goes],
      ],
      ["shop-staging: the deployment of shop-staging:3 is in progress, and is stopped first", ...[held, closed, goes]],
      [stop, update, unlock],
      [stop, update, unlock],
    ]);
  });

  it("leaves Release closed if someone else has closed it, and says so", async () => {
    const { code, out, done } = await rollback(one({ closed: "audit" }));
    expect([code, out[10], done]).to.deep.equal([
      0,
      "shop-staging: Release was closed by arn:aws:iam::1:user/bob and stays closed: audit; when that is over, `aws codepipeline enable-stage-transition --pipeline-name shop-staging --stage-name Release --transition-type Inbound` opens it",
      ["eu-central-1", lock, hold, update, unlock],
    ]);
  });

  it("ends with 3 if ECS rolls it back, and prints the state", async () => {
    const world = one();
    const UpdateService = () => {
      Object.assign(world.services[own] ?? {}, { revision: "shop-staging:2", looks: 2, back: "shop-staging:3" });
      return {};
    };
    const { code, out, err } = await rollback(world, command, { answers: { UpdateService } });
    expect([code, out.slice(-5), err]).to.deep.equal([
      3,
      [
        "shop-staging: not as it should be: shop-staging:3, 1 task(s)",
        "  web: sha256:bbbbbbb",
        "  problem: the last deployment is ROLLBACK_SUCCESSFUL: circuit breaker",
        "  problem: shop-staging:3 runs, but a rollback holds shop-staging:2",
        "  problem: shop-staging:3 was not made from the template of the last `up`; run `pulumi preview`",
      ],
      ["staging: the hold is set, Release is closed", "shop-staging: was pointed to shop-staging:2", goOn],
    ]);
  });

  it("prints the state if AWS refuses half-way, and continues when it is run again", async () => {
    const world = rollbackWorld({ [own]: history, [worker]: history });
    const services = { names: { ...names, services: [own, worker] } };
    const UpdateService = (input: { readonly service: string }) => {
      if (input.service === worker)
        throw awsError("AccessDeniedException", "not authorized to perform: ecs:UpdateService");
      return world.answers["UpdateService"]?.(input as never);
    };
    const { code, err } = await rollback(world, command, { ...services, answers: { UpdateService } });
    const again = await rollback(world, command, services);
    expect([code, err, again.code, again.done.slice(3, -1)]).to.deep.equal([
      1,
      [
        "staging: the hold is set, Release is closed",
        "shop-staging: was pointed to shop-staging:2",
        "shop-staging-worker: is not pointed to shop-staging-worker:2 yet",
        goOn,
        "AWS: not authorized to perform: ecs:UpdateService; use credentials that have that permission, or ask for it",
      ],
      0,
      [{ ...update, service: worker, taskDefinition: "shop-staging-worker:2" }],
    ]);
  });

  it("refuses to continue if a run has entered Release meanwhile, and says what is held", async () => {
    const world = one();
    const DisableStageTransition = (input: never) => {
      world.inRelease = "41";
      return world.answers["DisableStageTransition"]?.(input);
    };
    const { code, err, done } = await rollback(world, command, { answers: { DisableStageTransition } });
    expect([code, err, done]).to.deep.equal([
      1,
      [
        "staging: the hold is set, Release is closed",
        "shop-staging: is not pointed to shop-staging:2 yet",
        goOn,
        "shop-staging: run 41 has entered Release meanwhile; wait until it has ended",
      ],
      ["eu-central-1", lock, hold, closing, unlock],
    ]);
  });

  it("stops following at Ctrl-C, and prints the state", async () => {
    const interrupted = new AbortController();
    const { code, err } = await rollback(one(), command, {
      interruption: interrupted.signal,
      onPause: () => {
        interrupted.abort();
      },
    });
    expect([code, err]).to.deep.equal([
      130,
      ["staging: the hold is set, Release is closed", "shop-staging: was pointed to shop-staging:2", goOn],
    ]);
  });

  it("prints the plan and each event as JSON, and lines for people on stderr", async () => {
    const dry = await rollback(one(), `${command} --dry-run --json`);
    const done = await rollback(one(), `${command} --json`);
    const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([dry.err, parsed(dry.out).map(({ to }) => to), parsed(done.out).map(({ kind }) => kind)]).to.deep.equal([
      plan,
      ["aaaaaaa"],
      ["held", "closed", "pointed", "deployment", "deployment", "verified"],
    ]);
  });
});
