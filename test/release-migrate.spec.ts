import { expect } from "chai";
import { runStep, type Outcome, type World } from "./support/release-bench.ts";

const task = "arn:aws:ecs:us-east-1:000000000000:task/shop-staging/0123";
const revision = "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging-migrate:8";

const state = (lastStatus: string, exitCode?: number, stoppedReason?: string) => ({
  lastStatus,
  stoppedReason,
  containers: [{ name: "migrate", exitCode }],
});

/** One release service, whose task ends well at the second look. */
const world: World = {
  "release.json": JSON.stringify([{ name: "migrate", imageUri: "registry/web:0123abc" }]),
  definition: {
    family: "shop-staging-migrate",
    containerDefinitions: [{ name: "migrate", image: "registry/web:old" }],
  },
  tasks: "[]",
  started: `${task}\n`,
  task: [state("RUNNING"), state("STOPPED", 0, "Essential container in task exited")],
};

const migrate = (change: World, environment: Readonly<Record<string, string>> = {}): Outcome =>
  runStep("migrate", { ...world, ...change }, environment);

const start = "migrate: starts as shop-staging-migrate:8, registry/web:0123abc";
const log = "the last words of shop-staging-migrate/migrate/0123";
const begun = [
  'register-task-definition ["shop-staging-migrate",["registry/web:0123abc"]]',
  `run-task ${revision} run-1`,
];
/** The record that a rollback reads. */
const recorded = (code: string) =>
  `tag-resource --resource-arn ${revision} --tags key=compose-ecs-pipeline:execution,value=run-1 key=compose-ecs-pipeline:task,value=0123 key=compose-ecs-pipeline:exit-code,value=${code}`;

describe("the migration of a release", () => {
  it("runs each release service from its new image, and records how its task ended", () => {
    expect(migrate({})).to.deep.equal({
      code: 0,
      out: [start, log, "migrate: done, exit code 0"],
      err: [],
      deeds: [...begun, recorded("0")],
    });
  });

  it("ends the release at an exit code other than 0, once that is recorded", () => {
    expect(migrate({ task: state("STOPPED", 1, "Essential container in task exited") })).to.deep.equal({
      code: 1,
      out: [start, log],
      err: ["migrate: exit code 1 (Essential container in task exited); nothing was deployed"],
      deeds: [...begun, recorded("1")],
    });
  });

  it("stops a task at the time limit, and ends the release", () => {
    const ended = [state("RUNNING"), state("STOPPED", 137, "longer than 0 minutes")];
    expect(migrate({ task: ended }, { TIMEOUT_MINUTES: "0" })).to.deep.equal({
      code: 1,
      out: [start, log],
      err: ["migrate: exit code 137 (longer than 0 minutes); nothing was deployed"],
      deeds: [
        ...begun,
        `stop-task --cluster shop-staging --task ${task} --reason longer than 0 minutes`,
        recorded("137"),
      ],
    });
  });

  it("ends the release where the container never started", () => {
    expect(migrate({ task: state("STOPPED", undefined, "CannotPullContainerError") })).to.deep.equal({
      code: 1,
      out: [start, log],
      err: ["migrate: exit code none (CannotPullContainerError); nothing was deployed"],
      deeds: [...begun, recorded("none")],
    });
  });

  it("starts nothing beside a task of an earlier run, and nothing more where ECS starts no task", () => {
    const earlier = JSON.stringify([{ taskArn: task, family: "shop-staging-migrate", desired: "RUNNING" }]);
    expect([migrate({ tasks: earlier }), migrate({ started: "None\n" })]).to.deep.equal([
      {
        code: 1,
        out: [],
        err: [
          `migrate: a task of an earlier run is still running: ${task}; wait for it or stop it, then release again`,
        ],
        deeds: [],
      },
      { code: 1, out: [start], err: ["migrate: ECS started no task"], deeds: begun },
    ]);
  });
});
