import { expect } from "chai";
import { runStep, type Outcome, type World } from "../../../support/release-bench.ts";

const arn = (resource: string) => `arn:aws:ecs:us-east-1:000000000000:${resource}`;
const deploymentArn = (id: string) => arn(`service-deployment/shop-staging/x/${id}`);

/** The web and the worker are deployed, and of the cache nothing is built. */
const services = JSON.stringify([
  { service: "shop-staging", action: "Deploy", imageDefinitions: "imagedefinitions.json", desiredCount: 2 },
  { service: "shop-staging-cache", action: null, imageDefinitions: "imagedefinitions-cache.json", desiredCount: 1 },
  {
    service: "shop-staging-worker",
    action: "Deploy-worker",
    imageDefinitions: "imagedefinitions-worker.json",
    desiredCount: 1,
  },
]);

/** A service deployment as ECS tells it. */
const deployment = (id: string, status: string, more: Readonly<Record<string, unknown>> = {}) => ({
  serviceDeploymentArn: deploymentArn(id),
  status,
  sourceServiceRevisions: [{ arn: arn(`service-revision/shop-staging/x/${id}-before`) }],
  targetServiceRevision: { arn: arn(`service-revision/shop-staging/x/${id}-after`) },
  ...more,
});

const started = (name: string, status = "InProgress") => ({ name, status, start: "2026-11-24T00:00:00Z" });

/** Both services are being deployed from revision 4 to 5, and the worker's tasks end at once. */
const world: World = {
  actions: [[started("Deploy"), started("Deploy-worker")]],
  "shop-staging.service": { desiredCount: 2 },
  "shop-staging.made": deploymentArn("web"),
  "shop-staging.newest": deploymentArn("web-back"),
  "shop-staging-worker.made": deploymentArn("worker"),
  web: deployment("web", "SUCCESSFUL"),
  worker: deployment("worker", "SUCCESSFUL"),
  "web-back": deployment("web-back", "SUCCESSFUL"),
  "web-before": "shop-staging:4",
  "web-after": "shop-staging:5",
  "worker-after": "shop-staging-worker:5",
  tasks: JSON.stringify([
    {
      taskArn: arn("task/shop-staging/0123"),
      taskDefinitionArn: arn("task-definition/shop-staging-worker:5"),
      family: "shop-staging-worker",
      desired: "STOPPED",
      stoppedAt: 1,
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "worker", exitCode: 1 }],
    },
  ]),
};

const watch = (change: World, environment: Readonly<Record<string, string>> = {}): Outcome =>
  runStep("watch", { ...world, ...change }, { SERVICES: services, ...environment });

const failed = deployment("worker", "ROLLBACK_SUCCESSFUL", { statusReason: "tasks failed to start" });
const verdict = "ROLLBACK_SUCCESSFUL: tasks failed to start";
/** What is told of the failed worker. */
const told = [
  `shop-staging-worker: deployment worker: ${verdict}`,
  "task 0123: Essential container in task exited; worker: exit code 1",
  "--- last log lines of worker",
  "the last words of shop-staging-worker/worker/0123",
];
const reason = `shop-staging-worker: ECS ended the deployment: ${verdict}`;
const stop = (why: string) =>
  `stop-pipeline-execution --pipeline-name shop-staging --abandon --reason ${why} --pipeline-execution-id run-1`;
const stopDeployment = `stop-service-deployment --service-deployment-arn ${deploymentArn("web")} --stop-type ROLLBACK`;

describe("the watch step", () => {
  it("ends when every deployment has succeeded, and reports each as soon as it does", () => {
    const outcome = watch({
      actions: [[started("Deploy-worker")], [started("Deploy"), started("Deploy-worker")]],
      web: [deployment("web", "PENDING"), deployment("web", "IN_PROGRESS"), deployment("web", "SUCCESSFUL")],
    });
    expect(outcome).to.deep.equal({
      code: 0,
      out: ["shop-staging-worker: deployment worker: SUCCESSFUL", "shop-staging: deployment web: SUCCESSFUL"],
      err: [],
      deeds: [],
    });
  });

  it("waits for nothing if nothing is built", () => {
    const none = JSON.stringify([{ service: "shop-staging", action: null, imageDefinitions: "x", desiredCount: 1 }]);
    expect(watch({}, { SERVICES: none })).to.deep.equal({ code: 0, out: [], err: [], deeds: [] });
  });

  it("rolls a service back and ends the run when ECS has rolled another one back", () => {
    expect(watch({ worker: [deployment("worker", "IN_PROGRESS"), failed] })).to.deep.equal({
      code: 1,
      out: [
        "shop-staging: deployment web: SUCCESSFUL",
        ...told,
        "shop-staging: goes back to shop-staging:4",
        "shop-staging: SUCCESSFUL: no reason given",
      ],
      err: [reason],
      deeds: [
        `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`,
        stop(reason),
      ],
    });
  });

  it("also rolls the service back and ends the run if it cannot read why the tasks ended", () => {
    const blind = [watch({ worker: failed, unreadable: "yes" }), watch({ worker: failed, tasks: "" })];
    const seen = blind.map(({ code, out, err, deeds }) => [code, out.slice(1, 4), err.at(-1), deeds.at(-1)]);
    const wanted = [
      1,
      [
        told[0],
        "shop-staging-worker: why its tasks ended could not be read; see above",
        "shop-staging: goes back to shop-staging:4",
      ],
      reason,
      stop(reason),
    ];
    expect(seen).to.deep.equal([wanted, wanted]);
  });

  it("also rolls back the services that it has not checked yet", () => {
    const workerFirst = JSON.stringify((JSON.parse(services) as readonly unknown[]).toReversed());
    const { code, deeds } = watch({ worker: failed }, { SERVICES: workerFirst });
    expect([code, deeds]).to.deep.equal([
      1,
      [
        `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`,
        stop(reason),
      ],
    ]);
  });

  it("shows the log of the newest task that ran, not of one that ECS stopped before it ran", () => {
    const [task] = JSON.parse(String(world["tasks"])) as readonly object[];
    const never = { taskArn: arn("task/shop-staging/4567"), stoppedAt: 2, containers: [{ name: "worker" }] };
    const { out } = watch({ worker: failed, tasks: JSON.stringify([task, { ...task, ...never }]) });
    expect(out.slice(1, 6)).to.deep.equal([
      ...told.slice(0, 2),
      "task 4567: Essential container in task exited",
      ...told.slice(2),
    ]);
  });

  it("stops a running deployment with a rollback, and waits for it, when ECS has rolled another one back", () => {
    const rolling = deployment("web-back", "ROLLBACK_IN_PROGRESS");
    const back = deployment("web-back", "ROLLBACK_SUCCESSFUL", { statusReason: "stopped by a person" });
    expect(
      watch({ web: deployment("web", "IN_PROGRESS"), worker: failed, "web-back": [rolling, rolling, back] }),
    ).to.deep.equal({
      code: 1,
      out: [
        ...told,
        "shop-staging: its deployment is stopped and rolled back",
        "shop-staging: ROLLBACK_SUCCESSFUL: stopped by a person",
      ],
      err: [reason],
      deeds: [stopDeployment, stop(reason)],
    });
  });

  it("rolls a service back if its deployment has ended before it could be stopped", () => {
    const web = [deployment("web", "IN_PROGRESS"), deployment("web", "IN_PROGRESS"), deployment("web", "SUCCESSFUL")];
    const { code, out, deeds } = watch({ web, worker: failed, unstoppable: "" });
    expect([code, out.slice(-2), deeds]).to.deep.equal([
      1,
      ["shop-staging: goes back to shop-staging:4", "shop-staging: SUCCESSFUL: no reason given"],
      [
        stopDeployment,
        `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`,
        stop(reason),
      ],
    ]);
  });

  it("reports it, and does not try a third time, if a deployment cannot be stopped", () => {
    const { code, out, deeds } = watch({ web: deployment("web", "IN_PROGRESS"), worker: failed, unstoppable: "" });
    expect([code, out.slice(-2), deeds]).to.deep.equal([
      1,
      ["shop-staging: its deployment cannot be stopped; see above", "shop-staging: SUCCESSFUL: no reason given"],
      [stopDeployment, stopDeployment, stop(reason)],
    ]);
  });

  it("does not change what ECS itself has rolled back", () => {
    const web = deployment("web", "ROLLBACK_IN_PROGRESS", { statusReason: "its tasks failed, too" });
    const { code, out, deeds } = watch({ web, worker: failed });
    expect([code, out.slice(4), deeds]).to.deep.equal([
      1,
      ["shop-staging: ROLLBACK_IN_PROGRESS: its tasks failed, too", "shop-staging: SUCCESSFUL: no reason given"],
      [stop(reason)],
    ]);
  });

  const nothing: readonly (readonly [string, World, string])[] = [
    [
      "ran nothing before",
      { web: deployment("web", "SUCCESSFUL", { sourceServiceRevisions: [] }) },
      "shop-staging: ran nothing before this release, so there is nothing to go back to",
    ],
    [
      "was never started",
      { "shop-staging.service": { desiredCount: 0 } },
      "shop-staging: has no task yet, so there is nothing to go back to",
    ],
  ];
  for (const [title, change, line] of nothing) {
    it(`does not roll back a service that ${title}`, () => {
      const { code, out, deeds } = watch({ ...change, worker: failed });
      expect([code, out.slice(5), deeds]).to.deep.equal([
        1,
        [line, "shop-staging: SUCCESSFUL: no reason given"],
        [stop(reason)],
      ]);
    });
  }

  it("rolls the others back when an ECS action has failed before it created a deployment, which has already ended the run", () => {
    const lost = "shop-staging-worker: the ECS action ended before it made a deployment";
    expect(
      watch({ actions: [[started("Deploy"), started("Deploy-worker", "Failed")]], "shop-staging-worker.made": "None" }),
    ).to.deep.equal({
      code: 1,
      out: [
        "shop-staging: deployment web: SUCCESSFUL",
        "shop-staging: goes back to shop-staging:4",
        "shop-staging: SUCCESSFUL: no reason given",
      ],
      err: [lost],
      deeds: [
        `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`,
      ],
    });
  });

  it("gives up if ECS does not decide in time", () => {
    expect(watch({ web: deployment("web", "IN_PROGRESS") }, { TIMEOUT_MINUTES: "0" })).to.deep.equal({
      code: 1,
      out: [],
      err: ["ECS has not decided within 0 minutes"],
      deeds: [],
    });
  });

  it("ends the run with as much of a long reason as CodePipeline accepts", () => {
    const statusReason = "x".repeat(300);
    const { deeds } = watch({ worker: deployment("worker", "STOPPED", { statusReason }) });
    const whole = `shop-staging-worker: ECS ended the deployment: STOPPED: ${statusReason}`;
    expect(deeds.at(-1)).to.equal(stop(whole.slice(0, 200)));
  });
});
