import { expect } from "chai";
import { awsError, commandLine, names, self, type Answers, type CommandWorld } from "../../support/command-line.ts";
import { repository, rollbackWorld, secret, type RollbackWorld } from "../../support/rollback-world.ts";

const own = "shop-staging";
const worker = "shop-staging-worker";
const command = "rollback --stack staging --yes";
/** Made by the first `up`, then released twice, the second time after an `up` with another template. */
const history = [
  { commit: "latest" },
  { commit: "aaaaaaa" },
  { commit: "bbbbbbb", environment: { LOG_LEVEL: "debug" }, cpu: "512", template: "older" },
];
const one = (parts: Partial<RollbackWorld> = {}): RollbackWorld =>
  Object.assign(rollbackWorld({ [own]: history }), parts);

const plan = [
  "staging: back to aaaaaaa",
  "shop-staging: shop-staging:3 → shop-staging:2",
  `  web: ${repository}:bbbbbbb → ${repository}:aaaaaaa`,
  "  web: environment: LOG_LEVEL goes",
  "  CPU units: 512 → 256",
  "  template: another one",
  "release tasks that have run since, which a rollback does not undo:",
  "  shop-staging-migrate:3, run run-3: exit code 0",
  "    dropped column price",
];
const held = `${names.rollbackHold}: is set: \`up\` leaves what runs alone`;
const closed = "shop-staging: Release is closed: no run undoes it";
const goes = "shop-staging: goes to shop-staging:2";
const followed = [
  "shop-staging: shop-staging:2 IN_PROGRESS; shop-staging:2 COMPLETED; 1 task(s) wanted",
  "shop-staging: shop-staging:2 COMPLETED; 1 task(s) wanted",
  "shop-staging: as it should be: shop-staging:2, 1 task(s)",
  "  web: sha256:aaaaaaa",
];
const lock = {
  ...{ Name: names.verbLock, Type: "String" },
  Value: '{"verb":"rollback","who":"ann","host":"desk","pid":7,"numbering":"host","since":"2026-11-24T12:00:00.000Z"}',
};
const record = (to: object, text = "rolled back to aaaaaaa by ann") => JSON.stringify({ text, to });
const hold = {
  ...{ Name: names.rollbackHold, Type: "String", Value: record({ [own]: "shop-staging:2" }) },
  Overwrite: true,
};
const closing = {
  ...{ pipelineName: own, stageName: "Release", transitionType: "Inbound" },
  reason: "rolled back to aaaaaaa by ann (npm run release -- rollback)",
};
const update = { cluster: own, service: own, taskDefinition: "shop-staging:2" };
const unlock = { Name: names.verbLock };
const goOn =
  "`npm run release -- rollback --stack staging` goes on, `npm run release -- resume --stack staging` lifts hold and transition";

const rollback = (world: RollbackWorld, args = command, more: CommandWorld & { readonly answers?: Answers } = {}) =>
  commandLine(args, { ...more, answers: { ...world.answers, ...more.answers } });
/** The refusal of a rollback that must change nothing but take the lock and let go of it. */
async function refusal(world: RollbackWorld, args = command, more: CommandWorld = {}): Promise<readonly string[]> {
  const { code, err, done } = await rollback(world, args, more);
  expect([code, done]).to.deep.equal([1, ["eu-central-1", lock, unlock]]);
  return err;
}

describe("npm run release -- rollback", () => {
  it("shows what it goes back to, asks, holds it, closes Release, goes back, follows and verifies", async () => {
    expect(await rollback(one(), "rollback --stack staging", { reply: "y" })).to.deep.equal({
      code: 0,
      out: [...plan, held, closed, goes, ...followed],
      err: [],
      done: ["eu-central-1", lock, "rollback it? [y/N] ", hold, closing, update, unlock],
    });
  });

  it("shows the same in a dry run, and neither does anything nor takes the lock", async () => {
    expect(await rollback(one(), `${command} --dry-run`)).to.deep.equal({
      ...{ code: 0, out: plan, err: [], done: ["eu-central-1"] },
    });
  });

  it("does nothing where the answer is no, or nobody is there to ask", async () => {
    const world = one();
    expect([
      await refusal(world, "rollback --stack staging"),
      (await rollback(world, "rollback --stack staging", { reply: "n" })).err,
      world.services[own]?.revision,
    ]).to.deep.equal([
      ["rollback: nobody is there to ask; give --yes"],
      ["rollback: nothing was done"],
      "shop-staging:3",
    ]);
  });

  it("goes on where one was ended: after the hold, after the transition, on the way, and at its end", async () => {
    const note = "goes on with what was begun: rolled back to aaaaaaa by ann";
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

  it("takes several ECS services to the same commit, and leaves one that runs it", async () => {
    const both = rollbackWorld({
      [own]: history,
      [worker]: [
        { commit: "bbbbbbb" },
        { commit: "aaaaaaa" },
        { commit: "aaaaaaa", cpu: "512" },
        { commit: "bbbbbbb" },
      ],
    });
    const stays = rollbackWorld({ [own]: history, [worker]: [{ commit: "aaaaaaa" }] });
    const services = { names: { ...names, services: [own, worker] } };
    const told = async (world: RollbackWorld, args = command) =>
      (await rollback(world, args, services)).out.filter((line) => / → .*:\d$|already|back to/.test(line));
    expect([
      await told(both),
      await told(stays),
      await told(rollbackWorld({ [own]: history, [worker]: history }), `${command} --to ${worker}:2`),
      await told(rollbackWorld({ [own]: history, [worker]: history }), `${command} --to ${own}:3,${worker}:2`),
    ]).to.deep.equal([
      [plan[0], plan[1], "shop-staging-worker: shop-staging-worker:4 → shop-staging-worker:3"],
      [plan[0], plan[1], "shop-staging-worker: shop-staging-worker:1 runs already"],
      [plan[0], "shop-staging-worker: shop-staging-worker:3 → shop-staging-worker:2", plan[1]],
      [
        "staging: back to shop-staging:3, shop-staging-worker:2",
        "shop-staging: shop-staging:3 runs already",
        "shop-staging-worker: shop-staging-worker:3 → shop-staging-worker:2",
      ],
    ]);
  });

  it("passes over a release that ECS took back in one of several services, and tells that one where no other fits", async () => {
    const sick = { commit: "ccccccc", verdict: "ROLLBACK_SUCCESSFUL" };
    const services = { names: { ...names, services: [own, worker] } };
    const [first, third] = [{ commit: "aaaaaaa" }, { commit: "bbbbbbb" }];
    const releases = { [own]: [first, { commit: "ccccccc" }, third], [worker]: [first, sick, third] };
    const { out } = await rollback(rollbackWorld(releases), `${command} --dry-run`, services);
    const none = await rollback(rollbackWorld({ [own]: releases[own], [worker]: [sick, third] }), command, services);
    expect([out.slice(0, 2), none.err]).to.deep.equal([
      ["staging: back to aaaaaaa", "shop-staging: shop-staging:3 → shop-staging:1"],
      [
        "shop-staging-worker: no ACTIVE revision has the images of ccccccc; `npm run release -- release --commit` makes one, or choose from 1",
      ],
    ]);
  });

  it("finds the commit that --to names in the checkout, and the one of an image by its digest", async () => {
    const world = rollbackWorld({
      [own]: [{ commit: "aaaaaaa", image: `${repository}@sha256:aaaaaaa` }, { commit: "bbbbbbb" }],
    });
    const git = { resolve: (commit: string) => Promise.resolve(commit === "HEAD~1" ? "a".repeat(40) : undefined) };
    const { out } = await rollback(world, `${command} --to HEAD~1 --dry-run`, { git });
    expect(out.slice(0, 2)).to.deep.equal([
      "staging: back to aaaaaaa",
      "shop-staging: shop-staging:2 → shop-staging:1",
    ]);
  });

  it("passes over a revision that ECS took back, and says where that has happened already", async () => {
    const sick = { commit: "ccccccc", verdict: "ROLLBACK_SUCCESSFUL" };
    const between = rollbackWorld({ [own]: [{ commit: "aaaaaaa" }, sick, { commit: "bbbbbbb" }] });
    const last = rollbackWorld({ [own]: [{ commit: "aaaaaaa" }, { commit: "bbbbbbb" }, sick] });
    Object.assign(last.services[own] ?? {}, { revision: "shop-staging:2" });
    const [first, second] = [
      await rollback(between, `${command} --dry-run`),
      await rollback(last, `${command} --dry-run`),
    ];
    expect([first.out[1], second.out[1], second.out.at(-1)]).to.deep.equal([
      "shop-staging: shop-staging:3 → shop-staging:1",
      "shop-staging: shop-staging:2 → shop-staging:1",
      "shop-staging: shop-staging:3 was taken back already (ROLLBACK_SUCCESSFUL); shop-staging:2 runs",
    ]);
  });

  it("passes over a revision that the service has never run, by images or by commit: another role could have made it", async () => {
    const foreign = { commit: "ccccccc", verdict: "none" };
    const same = { commit: "aaaaaaa", verdict: "none", environment: { PLANTED: "yes" } };
    const world = () => rollbackWorld({ [own]: [{ commit: "aaaaaaa" }, same, foreign, { commit: "bbbbbbb" }] });
    const asked = ["", " --to aaaaaaa", " --to ccccccc"].map((to) => rollback(world(), `${command} --dry-run${to}`));
    const [before, commit, none] = await Promise.all(asked);
    expect([before?.out[1], commit?.out[1], none?.err]).to.deep.equal([
      "shop-staging: shop-staging:4 → shop-staging:1",
      "shop-staging: shop-staging:4 → shop-staging:1",
      [
        "shop-staging: no ACTIVE revision has the images of ccccccc; `npm run release -- release --commit` makes one, or choose from 3, 2, 1",
      ],
    ]);
  });

  it("goes to a revision that the oldest known deployment went on from", async () => {
    const world = rollbackWorld({ [own]: [{ commit: "aaaaaaa", verdict: "none" }, { commit: "bbbbbbb" }] });
    const { DescribeServiceDeployments: described } = world.answers;
    const from = { sourceServiceRevisions: [{ arn: "shop-staging:1" }] };
    const answers = {
      ...world.answers,
      DescribeServiceDeployments: (input: never) => {
        const { serviceDeployments } = described?.(input) as { readonly serviceDeployments: readonly object[] };
        return { serviceDeployments: serviceDeployments.map((one) => ({ ...one, ...from })) };
      },
    };
    const { out } = await rollback({ ...world, answers }, `${command} --dry-run`);
    expect(out[1]).to.equal("shop-staging: shop-staging:2 → shop-staging:1");
  });

  it("stops a deployment in progress first, which ECS may have ended meanwhile", async () => {
    const deploying = () => {
      const world = one();
      // Is stopped by its own deployment's listing: the newest one.
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

  it("leaves Release closed by whom it was closed, and says so", async () => {
    const { code, out, done } = await rollback(one({ closed: "audit" }));
    expect([code, out[10], done]).to.deep.equal([
      0,
      "shop-staging: Release was closed by arn:aws:iam::1:user/bob and stays so: audit; where that is over, `aws codepipeline enable-stage-transition --pipeline-name shop-staging --stage-name Release --transition-type Inbound` opens it",
      ["eu-central-1", lock, hold, update, unlock],
    ]);
  });

  it("ends with 3 where ECS takes it back, and says how things stand", async () => {
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

  it("says how things stand where AWS refuses half-way, and goes on when it is run again", async () => {
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
        "AWS: not authorized to perform: ecs:UpdateService; use credentials that may, or ask for that permission",
      ],
      0,
      [{ ...update, service: worker, taskDefinition: "shop-staging-worker:2" }],
    ]);
  });

  it("refuses to go on where a run has entered Release meanwhile, and says what is held", async () => {
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

  it("stops following at Ctrl-C, and says how things stand", async () => {
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

  it("is refused while another verb holds the lock", async () => {
    const world = one();
    world.parameters.versions.set(names.verbLock, [lock.Value.replace("desk", "build-3")]);
    const { code, out, err } = await rollback(world, command, { self: { ...self, pid: 8 } });
    expect([code, out, err]).to.deep.equal([
      1,
      [],
      [
        "staging: `rollback` of ann on build-3 (process 7, since 2026-11-24 12:00:00 UTC) changes it now; wait until that has ended, or give --break-lock where it runs no more",
      ],
    ]);
  });

  it("refuses what could not go well, before anything is changed", async () => {
    const answering = (answers: Answers) => refusal(one(), command, { answers });
    const choose = "rollback: nothing was changed; choose another revision with --to";
    const noRole = () => {
      throw awsError("NoSuchEntityException");
    };
    expect([
      await refusal(one({ inRelease: "41" })),
      await refusal(rollbackWorld({ [own]: history }, ["aaaaaaa"])),
      await answering({ GetParameters: () => ({ InvalidParameters: [secret] }) }),
      await answering({ GetRole: noRole }),
      await refusal(one(), `${command} --to 1`),
      await refusal(one(), `${command} --to 7`),
      await refusal(one(), `${command} --to ccccccc`),
      await refusal(one(), `${command} --to HEAD~1`),
      await refusal(rollbackWorld({ [own]: history.slice(0, 2) })),
    ]).to.deep.equal([
      [
        "shop-staging: run 41 is in Release; wait until it has ended, or end it: aws codepipeline stop-pipeline-execution --pipeline-name shop-staging --pipeline-execution-id 41 --abandon",
      ],
      [`web: ${repository}:aaaaaaa is not in ECR any more\n${choose}`],
      [`${secret}: Parameter Store does not have it\n${choose}`],
      [
        `arn:aws:iam::111111111111:role/shop-staging-execution: there is no such role\narn:aws:iam::111111111111:role/shop-staging-task: there is no such role\n${choose}`,
      ],
      [`web: the tag of ${repository}:latest moves, no release has run it\n${choose}`],
      ["shop-staging:7 is not an ACTIVE revision; choose from 2, 1"],
      [
        "shop-staging: no ACTIVE revision has the images of ccccccc; `npm run release -- release --commit` makes one, or choose from 2, 1",
      ],
      [
        "--to HEAD~1: neither a revision nor a commit that this checkout knows; give 7 of its digits, or a revision as in `npm run release -- revisions`",
      ],
      ["shop-staging: no ACTIVE revision before 2 has run with other images; give --to, and choose from 1"],
    ]);
  });

  it("goes without a look at the roles where that is not allowed, and says so", async () => {
    const GetRole = () => {
      throw awsError("AccessDenied");
    };
    const { code, out } = await rollback(one(), `${command} --dry-run`, { answers: { GetRole } });
    expect([code, out.slice(plan.length)]).to.deep.equal([
      0,
      ["execution", "task"].map(
        (role) =>
          `arn:aws:iam::111111111111:role/shop-staging-${role}: whether it is there was not looked at (no iam:GetRole)`,
      ),
    ]);
  });

  it("tells the plan and each event as JSON, and people on stderr", async () => {
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
