import { expect } from "chai";
import { awsError, commandLine, type Answers, type CommandWorld } from "../../support/command-line.ts";

const network = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
const two = [{ name: "proxy", dependsOn: [{ containerName: "web", condition: "HEALTHY" }] }, { name: "web" }];
const stopped = (exitCode: number | undefined, more: object = {}) => ({
  tasks: [
    {
      lastStatus: "STOPPED",
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "web", exitCode, ...more }],
    },
  ],
});
const running = { tasks: [{ lastStatus: "RUNNING", containers: [] }] };
const stream = "shop-staging/web/0123456789abcdef";
const line = (message: string) => ({
  eventId: message,
  timestamp: Date.UTC(2026, 10, 24, 12),
  logStreamName: stream,
  message,
});

interface RunWorld extends CommandWorld {
  readonly containers?: readonly object[];
  /** What DescribeTasks returns at each call; the last one is repeated. */
  readonly looks?: readonly object[];
  readonly more?: Answers;
}

/** Runs `run` on an existing service; its log has one more line at each of the first calls. */
function runVerb(
  args: string,
  { containers = [{ name: "web" }], looks = [stopped(0)], more, ...world }: RunWorld = {},
) {
  let look = 0;
  return commandLine(`run --stack staging ${args}`, {
    ...world,
    answers: {
      DescribeServices: () => ({
        services: [
          {
            serviceName: "shop-staging",
            status: "ACTIVE",
            taskDefinition: "a/shop-staging:7",
            networkConfiguration: network,
          },
        ],
      }),
      DescribeTaskDefinition: () => ({
        taskDefinition: {
          taskDefinitionArn: "a/shop-staging:7",
          family: "shop-staging",
          containerDefinitions: containers,
        },
      }),
      RegisterTaskDefinition: () => ({ taskDefinition: { taskDefinitionArn: "a/shop-staging_run:1" } }),
      DeregisterTaskDefinition: () => ({}),
      RunTask: () => ({ tasks: [{ taskArn: "a/0123456789abcdef" }] }),
      StopTask: () => ({}),
      DescribeTasks: () => looks[Math.min(look++, looks.length - 1)],
      FilterLogEvents: () => ({
        events: Array.from({ length: Math.min(look + 1, 3) }, (_, index) => line(`line ${index}`)),
      }),
      ...more,
    },
  });
}

const started = {
  cluster: "shop-staging",
  count: 1,
  launchType: "FARGATE",
  platformVersion: undefined,
  startedBy: "run/mia",
  networkConfiguration: network,
  overrides: { containerOverrides: [{ name: "web", command: ["rake", "-T"] }] },
};

describe("run", () => {
  it("runs the command from the running revision, prints its log once while it runs, and passes its exit code on", async () => {
    const { code, out, err, done } = await runVerb("-- rake -T", { looks: [running, running, stopped(17)] });
    expect({ code, out: out.slice(0, 3), err, done }).to.deep.equal({
      code: 17,
      out: ["line 0", "line 1", "line 2"],
      err: [
        'shop-staging: runs ["rake","-T"] in web of shop-staging:7, as run/mia',
        "run: task 0123456789abcdef starts",
        "run: exit code 17 (Essential container in task exited)",
      ],
      done: ["eu-central-1", { ...started, taskDefinition: "shop-staging:7" }],
    });
  });

  it("leaves out the nginx in front with a separate revision that starts nothing else afterwards", async () => {
    const { code, done } = await runVerb("--container web -- rake -T", { containers: two });
    const [region, made, ran, removed, ...others] = done as { containerDefinitions?: object[]; family?: string }[];
    expect([code, region, made?.family, made?.containerDefinitions, ran, removed, others]).to.deep.equal([
      0,
      "eu-central-1",
      "shop-staging_run",
      [{ name: "web", essential: true, healthCheck: undefined }],
      { ...started, taskDefinition: "a/shop-staging_run:1" },
      { taskDefinition: "a/shop-staging_run:1" },
      [],
    ]);
  });

  it("deregisters that revision if ECS starts no task, and says why", async () => {
    const more = { RunTask: () => ({ failures: [{ reason: "RESOURCE:ENI" }] }) };
    const { code, err, done } = await runVerb("--container web -- rake -T", { containers: two, more });
    expect([code, err[1], done.at(-1)]).to.deep.equal([
      1,
      "run: ECS started no task: RESOURCE:ENI; try again later",
      { taskDefinition: "a/shop-staging_run:1" },
    ]);
  });

  it("says which revision it could not deregister, and continues", async () => {
    const more: Answers = {
      DeregisterTaskDefinition: () => {
        throw awsError("AccessDeniedException");
      },
    };
    const { code, err } = await runVerb("--container web -- rake -T", { containers: two, more });
    expect([code, err[2]]).to.deep.equal([
      0,
      "run: revision shop-staging_run:1 is left over and unused: AWS: AccessDeniedException!; use credentials that have that permission, or ask for it",
    ]);
  });

  it("prints what it would do in a dry run, and does nothing", async () => {
    const { code, out, done } = await runVerb("--dry-run --container web -- rake -T", { containers: two });
    expect([code, out, done]).to.deep.equal([
      0,
      ['shop-staging: would run ["rake","-T"] in web of shop-staging:7, as run/mia'],
      ["eu-central-1"],
    ]);
  });

  it("refuses if it would have to guess a container, and if the container or the service does not exist", async () => {
    const gone = { DescribeServices: () => ({ services: [{ status: "INACTIVE" }] }) };
    const refusals = [
      await runVerb("-- rake", { containers: two }),
      await runVerb("--container wbe -- rake", { containers: two }),
      await runVerb("--service worker -- rake"),
      await runVerb("-- rake", { more: gone }),
    ];
    expect(refusals.map(({ code, err, done }) => [code, err, done])).to.deep.equal([
      [1, ["run: the task has several containers; give --container, one of proxy, web"], ["eu-central-1"]],
      [1, ["--container wbe: there is no such container; choose from proxy, web"], ["eu-central-1"]],
      [1, ["--service worker: there is no such ECS service; choose from shop-staging"], ["eu-central-1"]],
      [1, ["shop-staging: there is no such ECS service in shop-staging; run `pulumi up`"], ["eu-central-1"]],
    ]);
  });

  it("says why if the command was not run at all", async () => {
    const looks = [stopped(undefined, { reason: "CannotPullContainerError: no such image" })];
    const { code, err } = await runVerb("-- rake", { looks });
    expect([code, err.at(-1)]).to.deep.equal([
      1,
      "web: the command was not run: CannotPullContainerError: no such image; Essential container in task exited",
    ]);
  });

  it("stops the task when its time is over, once, and waits for its end", async () => {
    let minutes = 0;
    const now = () => new Date(Date.UTC(2026, 10, 24, 12, minutes++));
    const looks = [running, running, running, running, running, stopped(143)];
    const { code, err, done } = await runVerb("--timeout 3m -- rake", { looks, now });
    expect([code, err.at(-1), done.slice(2)]).to.deep.equal([
      3,
      "run: it was stopped after 3m",
      [{ cluster: "shop-staging", task: "0123456789abcdef", reason: "longer than 3m" }],
    ]);
  });

  it("stops the task at Ctrl-C, and says so", async () => {
    const person = new AbortController();
    const onPause = () => {
      person.abort();
    };
    const { code, err, done } = await runVerb("-- rake", { looks: [running], onPause, interruption: person.signal });
    expect([code, err.at(-1), done.slice(2)]).to.deep.equal([
      130,
      "run: task 0123456789abcdef is being stopped",
      [{ cluster: "shop-staging", task: "0123456789abcdef", reason: "Ctrl-C by run/mia" }],
    ]);
  });

  it("says that the task may continue if AWS no longer answers", async () => {
    const more: Answers = {
      DescribeTasks: () => {
        throw awsError("ExpiredTokenException", "The security token included in the request is expired");
      },
    };
    const { code, err } = await runVerb("-- rake", { more });
    expect([code, err.slice(-2)]).to.deep.equal([
      1,
      [
        "run: task 0123456789abcdef may go on without you; `aws ecs stop-task --cluster shop-staging --task 0123456789abcdef` stops it",
        "credentials: The security token included in the request is expired; log in to AWS again",
      ],
    ]);
  });
});
