import { expect } from "chai";
import { runStep, type Outcome, type World } from "../../../support/release-bench.ts";

const arn = (resource: string) => `arn:aws:ecs:us-east-1:000000000000:${resource}`;
const registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging";

const services = JSON.stringify([
  { service: "shop-staging", action: "Deploy", imageDefinitions: "imagedefinitions.json", desiredCount: 2 },
  {
    service: "shop-staging-worker",
    action: "Deploy-worker",
    imageDefinitions: "imagedefinitions-worker.json",
    desiredCount: 1,
  },
]);

const running = (name: string, id: string, imageDigest: string, family = "shop-staging") => ({
  taskArn: arn(`task/shop-staging/${id}`),
  taskDefinitionArn: arn(`task-definition/${family}:5`),
  family,
  group: `service:${family}`,
  desired: "RUNNING",
  containers: [{ name, imageDigest }],
});
const web = [running("web", "1", "sha256:web"), running("web", "2", "sha256:web")];
const worker = running("worker", "3", "sha256:web", "shop-staging-worker");
const stopped = (id: string) => ({
  ...running("worker", id, "sha256:web", "shop-staging-worker"),
  desired: "STOPPED",
  stoppedAt: Number(id),
  stoppedReason: "Essential container in task exited",
  containers: [{ name: "worker", exitCode: 1 }],
});

const service = (family: string, desiredCount: number, runningCount: number, balanced = false) => ({
  desiredCount,
  runningCount,
  taskDefinition: arn(`task-definition/${family}:5`),
  loadBalancers: balanced ? [{ targetGroupArn: "arn:targets" }] : [],
});

const started = (name: string) => ({ name, status: "Succeeded", start: "2026-11-24T00:00:00Z" });
const deployment = (id: string) => ({
  serviceDeploymentArn: arn(`service-deployment/shop-staging/x/${id}`),
  status: "SUCCESSFUL",
  sourceServiceRevisions: [{ arn: arn(`service-revision/shop-staging/x/${id}-before`) }],
});

/** Both services run commit 0123abc, after revision 4. */
const world: World = {
  "imagedefinitions.json": JSON.stringify([{ name: "web", imageUri: `${registry}/web:0123abc` }]),
  "imagedefinitions-worker.json": JSON.stringify([{ name: "worker", imageUri: `${registry}/web:0123abc` }]),
  "web.digest": "sha256:web\n",
  actions: [[started("Deploy"), started("Deploy-worker")]],
  "shop-staging.service": service("shop-staging", 2, 2, true),
  "shop-staging-worker.service": service("shop-staging-worker", 1, 1),
  healthy: "2\n",
  tasks: JSON.stringify([...web, worker]),
  "shop-staging.last": { status: "SUCCESSFUL" },
  "shop-staging-worker.last": { status: "SUCCESSFUL" },
  "shop-staging.made": deployment("web").serviceDeploymentArn,
  "shop-staging.newest": deployment("web-back").serviceDeploymentArn,
  "shop-staging-worker.made": deployment("worker").serviceDeploymentArn,
  web: deployment("web"),
  "web-back": deployment("web-back"),
  "web-before": "shop-staging:4",
};

const verify = (change: World, environment: Readonly<Record<string, string>> = {}): Outcome =>
  runStep("verify", { ...world, ...change }, { SERVICES: services, ...environment });

const runs = ["web: 2 task(s) run sha256:web (0123abc)", "worker: 1 task(s) run sha256:web (0123abc)"];
const marks = ["shop/staging/web: sha256:web is verified-0123abc"];
const marked = 'put-image shop/staging/web:verified-0123abc sha256:web "{}\\n" x';
const count = (name: string, tasks: number) =>
  `update-service --cluster shop-staging --service ${name} --desired-count ${tasks}`;
const back = `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`;

describe("the verification of a release", () => {
  it("reports which digest each container runs, if it is the released one", () => {
    expect(verify({})).to.deep.equal({ code: 0, out: [...runs, ...marks], err: [], deeds: [marked] });
  });

  it("judges a service without a built image by its last deployment and its tasks", () => {
    const cache = { service: "shop-staging-cache", action: null, imageDefinitions: "none.json", desiredCount: 1 };
    const change = {
      "shop-staging-cache.service": service("shop-staging-cache", 1, 1),
      "shop-staging-cache.last": { status: "SUCCESSFUL" },
      tasks: JSON.stringify([running("redis", "4", "sha256:redis", "shop-staging-cache")]),
    };
    const only = { SERVICES: JSON.stringify([cache]) };
    expect([verify(change, only), verify({ ...change, tasks: "[]" }, only)]).to.deep.equal([
      { code: 0, out: [...marks], err: [], deeds: [marked] },
      { code: 1, out: [], err: ["shop-staging-cache: no task is running"], deeds: [] },
    ]);
  });

  it("rolls the other service back if a different digest runs", () => {
    const other = running("worker", "3", "sha256:other", "shop-staging-worker");
    expect(verify({ tasks: JSON.stringify([...web, other]) })).to.deep.equal({
      code: 1,
      out: [
        "web: 2 task(s) run sha256:web (0123abc)",
        "shop-staging: goes back to shop-staging:4",
        "shop-staging: SUCCESSFUL: no reason given",
      ],
      err: ["shop-staging-worker: worker: released sha256:web, but sha256:other runs"],
      deeds: [back],
    });
  });

  const bad: readonly (readonly [string, World, string])[] = [
    [
      "the last deployment was not a success",
      { "shop-staging-worker.last": { status: "ROLLBACK_SUCCESSFUL", statusReason: "tasks failed" } },
      "shop-staging-worker: the last deployment is ROLLBACK_SUCCESSFUL: tasks failed",
    ],
    [
      "there is no deployment",
      { "shop-staging-worker.last": "null" },
      "shop-staging-worker: the last deployment is missing: no reason given",
    ],
    ["no task runs", { tasks: JSON.stringify(web) }, "shop-staging-worker: no task is running"],
    [
      "only a task that is not the service's runs",
      { tasks: JSON.stringify([...web, { ...worker, group: "family:shop-staging-worker" }]) },
      "shop-staging-worker: no task is running",
    ],
  ];
  for (const [title, change, line] of bad) {
    it(`rolls the other service back if ${title}`, () => {
      const { code, err, deeds } = verify(change);
      expect([code, err, deeds]).to.deep.equal([1, [line], [back]]);
    });
  }
});

describe("the first release", () => {
  const first: World = {
    "shop-staging.service": [service("shop-staging", 0, 0, true), service("shop-staging", 2, 2, true)],
    "shop-staging-worker.service": [
      service("shop-staging-worker", 0, 0),
      service("shop-staging-worker", 1, 0),
      service("shop-staging-worker", 1, 1),
    ],
    healthy: ["0", "1", "2"],
  };
  const starts = [
    "first release of shop-staging: 2 task(s) start",
    "first release of shop-staging-worker: 1 task(s) start",
  ];
  const up = [count("shop-staging", 2), count("shop-staging-worker", 1)];

  it("starts every service without tasks, and waits until all of them are healthy", () => {
    expect(verify(first)).to.deep.equal({
      code: 0,
      out: [...starts, ...runs, ...marks],
      err: [],
      deeds: [...up, marked],
    });
  });

  it("starts only the service that is new", () => {
    const { code, out, deeds } = verify({ "shop-staging-worker.service": first["shop-staging-worker.service"] });
    expect([code, out, deeds]).to.deep.equal([0, [starts[1], ...runs, ...marks], [up[1], marked]]);
  });

  const never = [service("shop-staging-worker", 0, 0), service("shop-staging-worker", 1, 0)];
  const down = [count("shop-staging", 0), count("shop-staging-worker", 0)];

  it("stops all tasks again when the tasks of one service end, and reports why", () => {
    const after = "--service shop-staging-worker --desired-count 1";
    const ended = ["4", "5", "6"].map((id) => ({ ...stopped(id), after }));
    const tasks = JSON.stringify([...web, ...ended]);
    const one = "Essential container in task exited; worker: exit code 1";
    expect(verify({ ...first, "shop-staging-worker.service": never, tasks })).to.deep.equal({
      code: 1,
      out: [
        ...starts,
        ...["4", "5", "6"].map((id) => `task ${id}: ${one}`),
        "--- last log lines of worker",
        "the last words of shop-staging-worker/worker/6",
      ],
      err: [
        "shop-staging-worker: first release: 3 tasks have ended; the count of shop-staging shop-staging-worker is 0 again",
      ],
      deeds: [...up, ...down],
    });
  });

  it("is not judged by earlier tasks when it is retried", () => {
    const tasks = JSON.stringify([...web, worker, stopped("4"), stopped("5"), stopped("6")]);
    expect(verify({ ...first, tasks })).to.deep.equal({
      code: 0,
      out: [...starts, ...runs, ...marks],
      err: [],
      deeds: [...up, marked],
    });
  });

  it("is not a success if AWS does not answer about its targets or the service", () => {
    const unanswered = ["healthy", "shop-staging.service"].map((name) => {
      const others = Object.entries({ ...world, ...first }).filter(([key]) => key !== name);
      const { code, out } = runStep("verify", Object.fromEntries(others), { SERVICES: services });
      return [code === 0, out.filter((line) => line.includes("task(s) run"))];
    });
    expect(unanswered).to.deep.equal([
      [false, []],
      [false, []],
    ]);
  });

  it("stops all tasks again when one service is not healthy in time", () => {
    const { code, err, deeds } = verify({ ...first, "shop-staging-worker.service": never }, { TIMEOUT_MINUTES: "0" });
    expect([code, err, deeds]).to.deep.equal([
      1,
      [
        "shop-staging: first release: not healthy within 0 minutes; the count of shop-staging shop-staging-worker is 0 again",
      ],
      [...up, ...down],
    ]);
  });

  it("of one service rolls the other services back when it fails", () => {
    const { code, out, err, deeds } = verify({ "shop-staging-worker.service": never }, { TIMEOUT_MINUTES: "0" });
    expect([code, out, err, deeds]).to.deep.equal([
      1,
      [starts[1], "shop-staging: goes back to shop-staging:4", "shop-staging: SUCCESSFUL: no reason given"],
      ["shop-staging-worker: first release: not healthy within 0 minutes; the count of shop-staging-worker is 0 again"],
      [up[1], down[1], back],
    ]);
  });
});

describe("the smoke test of a release", () => {
  const SMOKE_TEST_URL = "http://shop.example/version";
  const ask = { SMOKE_TEST_URL, SMOKE_TEST_ANSWER: "commit {commit}" };

  it("requires the expected text in the answer, with the released tag for {commit}", () => {
    expect(verify({ answer: "this is commit 0123abc, indeed\n" }, ask)).to.deep.equal({
      code: 0,
      out: [...runs, `smoke test: ${SMOKE_TEST_URL} answers "commit 0123abc"`, ...marks],
      err: [],
      deeds: [marked],
    });
  });

  it("ends the release if the answer is a different one, and does not change what runs", () => {
    expect(verify({ answer: `commit 9999999${"x".repeat(300)}` }, ask)).to.deep.equal({
      code: 1,
      out: runs,
      err: [
        `smoke test: ${SMOKE_TEST_URL} does not answer "commit 0123abc" but "commit 9999999${"x".repeat(186)}"; the new revision still runs`,
      ],
      deeds: [],
    });
  });

  it("ends the release if there is no answer, with the client's message", () => {
    expect(verify({}, ask)).to.deep.equal({
      code: 1,
      out: runs,
      err: [
        `smoke test: ${SMOKE_TEST_URL}: curl: (22) The requested URL returned error: 503; the new revision still runs`,
      ],
      deeds: [],
    });
  });
});

describe("the mark of a verified release", () => {
  const release = (...imageUris: readonly string[]) => ({
    "release.json": JSON.stringify(imageUris.map((imageUri, index) => ({ name: `task-${index}`, imageUri }))),
  });

  it("is also on the images of release tasks, but only on those that the pipeline builds", () => {
    const built = {
      "proxy.digest": "sha256:proxy\n",
      ...release(`${registry}/proxy:0123abc`, "curl:1", "acme/curl:1"),
    };
    const { code, out, deeds } = verify(built);
    expect([code, out, deeds]).to.deep.equal([
      0,
      [...runs, "shop/staging/proxy: sha256:proxy is verified-0123abc", ...marks],
      [marked.replaceAll("web", "proxy"), marked],
    ]);
  });

  it("is not set for images by digest, which belong to no commit", () => {
    const { code, out, deeds } = verify(release(`${registry}/proxy@sha256:${"0".repeat(64)}`, "curl@sha256:0"));
    expect([code, out, deeds]).to.deep.equal([
      0,
      [...runs, ...marks, "images that were released by digest belong to no commit and are not marked as verified"],
      [marked],
    ]);
  });

  for (const error of ["ImageAlreadyExistsException", "ImageTagAlreadyExistsException"]) {
    it(`may already exist on the same digest (${error})`, () => {
      expect(verify({ put: `An error occurred (${error})`, verified: "sha256:web\n" })).to.deep.equal({
        code: 0,
        out: [...runs, ...marks],
        err: [],
        deeds: [marked],
      });
    });
  }

  it("fails the release if it is on another digest, or if ECR refuses it", () => {
    const there = verify({ put: "An error occurred (ImageTagAlreadyExistsException)", verified: "sha256:other\n" });
    const denied = verify({ put: "An error occurred (AccessDeniedException)" });
    expect([there, denied].map(({ code, out, err }) => [code, out, err])).to.deep.equal([
      [
        1,
        runs,
        [
          "shop/staging/web: verified-0123abc is sha256:other, but sha256:web was released; delete that tag and retry the stage; the new revision still runs",
        ],
      ],
      [
        1,
        runs,
        ["shop/staging/web: verified-0123abc: An error occurred (AccessDeniedException); the new revision still runs"],
      ],
    ]);
  });

  it("is not set if the release fails", () => {
    expect(verify({ tasks: "[]" }).deeds.filter((deed) => deed.startsWith("put-image"))).to.deep.equal([]);
  });

  // At night a schedule has ended every task: min and max of the scalable target are 0.
  describe("of a service whose schedule has stopped its tasks", () => {
    const sleepy = { SERVICES: services.replaceAll('"desiredCount"', '"sleeps":true,"desiredCount"') };
    const night: World = {
      "shop-staging.service": [service("shop-staging", 0, 0, true), service("shop-staging", 2, 2, true)],
      "shop-staging-worker.service": [service("shop-staging-worker", 0, 0), service("shop-staging-worker", 1, 1)],
      most: "0\n",
    };
    const starts = [
      "shop-staging is asleep: 2 task(s) start for this check, and end with it",
      "shop-staging-worker is asleep: 1 task(s) start for this check, and end with it",
    ];
    const ends = ["shop-staging: asleep again", "shop-staging-worker: asleep again"];
    const woken = [count("shop-staging", 2), count("shop-staging-worker", 1)];
    const asleep = [count("shop-staging", 0), count("shop-staging-worker", 0)];

    it("starts the tasks, judges them as usual, and stops them again", () => {
      expect(verify(night, sleepy)).to.deep.equal({
        code: 0,
        out: [...starts, ...runs, ...marks, ...ends],
        err: [],
        deeds: [...woken, marked, ...asleep],
      });
    });

    it("keeps the tasks if the schedule has started them meanwhile", () => {
      expect(verify({ ...night, most: ["0", "0", "2", "1"] }, sleepy)).to.deep.equal({
        code: 0,
        out: [...starts, ...runs, ...marks],
        err: [],
        deeds: [...woken, marked],
      });
    });

    it("stops the tasks also if the smoke test fails", () => {
      const outcome = verify(night, { ...sleepy, SMOKE_TEST_URL: "http://shop/health" });
      expect([outcome.code, outcome.deeds]).to.deep.equal([1, [...woken, ...asleep]]);
    });

    it("rolls the service back if its tasks do not become healthy, so that the schedule does not start what has failed", () => {
      const change = {
        ...night,
        tasks: JSON.stringify([
          ...web,
          ...["1", "2", "3"].map((id) => ({ ...stopped(id), after: count("shop-staging-worker", 1) })),
        ]),
        worker: deployment("worker"),
        "worker-before": "shop-staging-worker:4",
        "shop-staging-worker.service": [service("shop-staging-worker", 0, 0), service("shop-staging-worker", 1, 0)],
        "shop-staging-worker.newest": deployment("web-back").serviceDeploymentArn,
      };
      const { code, err, deeds } = verify(change, sleepy);
      expect({ code, err: err.at(-1), deeds }).to.deep.equal({
        code: 1,
        err: "shop-staging-worker: 3 tasks have ended",
        deeds: [
          ...woken,
          back,
          back
            .replaceAll("shop-staging --task", "shop-staging-worker --task")
            .replace("shop-staging:4", "shop-staging-worker:4"),
          ...asleep,
        ],
      });
    });

    it("distinguishes the first release from a scheduled stop by the maximum count", () => {
      expect(verify({ ...night, most: ["2", "1"] }, sleepy)).to.deep.equal({
        code: 0,
        out: [
          "first release of shop-staging: 2 task(s) start",
          "first release of shop-staging-worker: 1 task(s) start",
          ...runs,
          ...marks,
        ],
        err: [],
        deeds: [...woken, marked],
      });
    });
  });
});
