import { expect } from "chai";
import { closeRelease, closingReason, openRelease, waitsFor, whileClosed } from "../../../scripts/guard/transition.ts";
import { awsError, names, stubClients, type Answers } from "../../support/command-line.ts";

interface World {
  /** Why Release is closed; undefined while it is open. */
  closed?: string | undefined;
  /** The run in Release at each look, then none. */
  readonly runs?: string[];
}

/** A pipeline whose Release can be closed and opened; a deployment is in progress while a run is in it. */
function pipeline(world: World): Answers {
  return {
    GetPipelineState: () => {
      const id = world.runs?.shift();
      return {
        stageStates: [
          {
            stageName: "Release",
            ...(id !== undefined && { latestExecution: { pipelineExecutionId: id, status: "InProgress" } }),
            inboundTransitionState:
              world.closed === undefined
                ? { enabled: true }
                : { enabled: false, disabledReason: world.closed, lastChangedBy: "arn:aws:iam::1:user/bob" },
          },
        ],
      };
    },
    DescribeServices: () => ({}),
    DisableStageTransition: ({ reason }: { readonly reason: string }) => {
      world.closed = reason;
      return {};
    },
    EnableStageTransition: () => {
      world.closed = undefined;
      return {};
    },
  };
}

/** What a change does while Release is closed. */
async function change(world: World, answers: Answers = {}, stop = new AbortController()) {
  const [told, done] = [[] as string[], [] as unknown[]];
  const clients = stubClients({ ...pipeline(world), ...answers }, done);
  const around = {
    pause: () => {
      if (world.runs?.[0] === "last") stop.abort();
      return Promise.resolve();
    },
  };
  const args = { names, clients, verb: "up", why: "ann changes it", around, interruption: stop.signal };
  const seen = await whileClosed({ ...args, tell: (line) => void told.push(line) }, () =>
    Promise.resolve(`done while ${world.closed ?? "open"}`),
  );
  return { seen, told, closed: world.closed, done: done.length };
}

const mark = "(compose-ecs-pipeline up)";
const byHand = "wait for the audit";
const foreign = `shop-staging: Release was closed by arn:aws:iam::1:user/bob and stays closed: ${byHand}; when that is over, \`aws codepipeline enable-stage-transition --pipeline-name shop-staging --stage-name Release --transition-type Inbound\` opens it`;

describe("the transition into Release", () => {
  it("is closed while something is changed, and opened again", async () => {
    expect(await change({})).to.deep.equal({
      seen: `done while ann changes it ${mark}`,
      told: [],
      closed: undefined,
      done: 2,
    });
  });

  it("is closed first; then what is in progress is waited for, and each thing is reported once", async () => {
    const { told, seen } = await change({ runs: ["", "41", "41", "42"] });
    expect([told, seen]).to.deep.equal([
      ["waits: run 41 is in Release", "waits: run 42 is in Release"],
      `done while ann changes it ${mark}`,
    ]);
  });

  it("is opened again if the user does not want to wait, and nothing is changed", async () => {
    expect(await change({ runs: ["", "41", "last"] })).to.deep.equal({
      seen: undefined,
      told: ["waits: run 41 is in Release"],
      closed: undefined,
      done: 2,
    });
  });

  it("stays closed if someone else has closed it, and a line says who", async () => {
    const rollback = closingReason("rollback", "rolled back");
    expect([await change({ closed: byHand }), (await change({ closed: rollback })).closed]).to.deep.equal([
      { seen: `done while ${byHand}`, told: [foreign], closed: byHand, done: 0 },
      rollback,
    ]);
  });

  it("is taken over from an `up` that was killed before it opened it", async () => {
    const before = closingReason("up", "bob changes it");
    expect((await change({ closed: before })).closed).to.equal(undefined);
    const world: World = { closed: before };
    const { codepipeline } = stubClients(pipeline(world));
    const told = await closeRelease(codepipeline, "shop-staging", { verb: "rollback", why: "back to 5" });
    expect([told, world.closed]).to.deep.equal([[], "back to 5 (compose-ecs-pipeline rollback)"]);
  });

  it("is reported as still closed if AWS does not open it; that hides no other failure", async () => {
    const denied = () => {
      throw awsError("AccessDeniedException", "no");
    };
    const { seen, told } = await change({}, { EnableStageTransition: denied });
    expect([seen, told]).to.deep.equal([
      `done while ann changes it ${mark}`,
      [
        "shop-staging: Release stays closed (AWS: no; use credentials that have that permission, or ask for it); `npm run release -- resume --stack staging` opens it",
      ],
    ]);
  });

  it("is opened only by the verbs that may, which return its state before", async () => {
    const opened = async (closed: string | undefined) => {
      const world: World = { closed };
      const before = await openRelease(stubClients(pipeline(world)).codepipeline, "shop-staging", ["pause"]);
      return [before.closed, world.closed];
    };
    const pause = closingReason("pause", "audit");
    expect([await opened(undefined), await opened(pause), await opened(byHand)]).to.deep.equal([
      [undefined, undefined],
      [pause, undefined],
      [byHand, byHand],
    ]);
  });

  it("has a reason of the characters and the length that CodePipeline accepts", () => {
    const long = closingReason("pause", "x".repeat(400));
    expect([closingReason("rollback", "zurück zu shop:5, von Jörg_1"), long.length, long.slice(-35)]).to.deep.equal([
      "zur-ck zu shop-5- von J-rg-1 (compose-ecs-pipeline rollback)",
      300,
      `${"x".repeat(6)} (compose-ecs-pipeline pause)`,
    ]);
  });

  it("waits for a run in Release and for each deployment, but not for a run that waits itself", () => {
    const progress = {
      inRelease: "41",
      approval: undefined,
      beforeRelease: "42",
      closed: undefined,
      deployments: [{ service: "shop-staging", id: "d", revision: "shop-staging:7" }],
    };
    expect([waitsFor(progress), waitsFor({ ...progress, inRelease: undefined, deployments: [] })]).to.deep.equal([
      ["waits: run 41 is in Release", "waits: shop-staging: the deployment of shop-staging:7 is in progress"],
      [],
    ]);
  });
});
