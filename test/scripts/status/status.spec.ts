import { expect } from "chai";
import { awsError, commandLine, noParameter, type Answers } from "../../support/command-line.ts";

const arn = (what: string) => `arn:aws:ecs:eu-central-1:111111111111:${what}`;
const image = "registry/shop/staging/web:8cf40f2";
const id = "12345678-1234-5678-abcd-12345678abcd";
const label = "compose-ecs-pipeline.template";

const service = {
  serviceName: "shop-staging",
  taskDefinition: arn("task-definition/shop-staging:7"),
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  deployments: [
    {
      id: "ecs-svc/1",
      status: "PRIMARY",
      rolloutState: "COMPLETED",
      taskDefinition: arn("task-definition/shop-staging:7"),
    },
  ],
};
const definition = (hash: string, more: readonly object[] = []) => ({
  taskDefinition: {
    taskDefinitionArn: arn("task-definition/shop-staging:7"),
    revision: 7,
    status: "ACTIVE",
    containerDefinitions: [{ name: "web", image, dockerLabels: { [label]: hash } }, ...more],
  },
});
const task = (revision: string, imageDigest: string) => ({
  taskArn: arn("task/t1"),
  taskDefinitionArn: arn(`task-definition/${revision}`),
  containers: [{ name: "web", imageDigest }],
});

/** A service that runs what it should. */
const quiet: Answers = {
  DescribeServices: () => ({ services: [service] }),
  GetPipelineState: () => ({ stageStates: [] }),
  GetParameter: noParameter,
  DescribeTaskDefinition: () => definition("5ca1ab1e"),
  ListTasks: () => ({ taskArns: [arn("task/t1")] }),
  DescribeTasks: () => ({ tasks: [task("shop-staging:7", "sha256:a"), task("shop-staging:7", "sha256:a")] }),
  ListServiceDeployments: () => ({
    serviceDeployments: [
      { serviceDeploymentArn: arn("d/1"), status: "SUCCESSFUL", createdAt: new Date("2026-11-24T09:00:00Z") },
      {
        serviceDeploymentArn: arn("d/0"),
        status: "ROLLBACK_SUCCESSFUL",
        statusReason: "circuit breaker",
        createdAt: new Date("2026-11-22T12:00:00Z"),
      },
    ],
  }),
  DescribeImages: () => ({
    imageDetails: [
      { imageDigest: "sha256:a", imageTags: ["8cf40f2"], imagePushedAt: new Date("2026-11-24T11:30:00Z") },
    ],
  }),
};
const deployments = ["  deployment 3 h ago: SUCCESSFUL", "  deployment 2 d ago: ROLLBACK_SUCCESSFUL: circuit breaker"];
const web = "  web: 8cf40f2, built 30 min ago";
const command = "status --stack staging";

describe("npm run release -- status", () => {
  it("prints what runs, its commit and age, and the results of the last deployments", async () => {
    expect(await commandLine(command, { answers: quiet })).to.deep.equal({
      code: 0,
      out: ["staging  http://shop.example", "shop-staging: shop-staging:7, 2 of 2 task(s) run", web, ...deployments],
      err: [],
      done: ["eu-central-1"],
    });
  });

  it("shows what is in progress, what is held and what waits", async () => {
    const running = { pipelineExecutionId: id, status: "InProgress" };
    const answers: Answers = {
      ...quiet,
      GetPipelineState: () => ({
        stageStates: [
          {
            stageName: "Approve",
            latestExecution: running,
            actionStates: [{ actionName: "Approve", latestExecution: { status: "InProgress", token: "t" } }],
          },
          {
            stageName: "Release",
            latestExecution: running,
            inboundExecution: running,
            inboundTransitionState: { enabled: false, disabledReason: "rolled back to 5" },
          },
        ],
      }),
      GetPipelineExecution: () => ({
        pipelineExecution: {
          status: "InProgress",
          artifactRevisions: [{ revisionId: "v.12", revisionSummary: "two" }],
        },
      }),
      GetParameter: () => ({ Parameter: { Value: "rolled back to 5 by ann" } }),
    };
    expect((await commandLine(command, { answers })).out.slice(-5)).to.deep.equal([
      `in Release: run ${id} v.12 two`,
      `waits for approval: run ${id} v.12 two`,
      `waits before Release: run ${id} v.12 two`,
      "no run enters Release: rolled back to 5",
      "a rollback is held: rolled back to 5 by ann",
    ]);
  });

  it("prints what does not run as it should", async () => {
    const other = definition("0ther", [{ name: "worker", image: "redis:7", dockerLabels: { [label]: "5ca1ab1e" } }]);
    const answers: Answers = {
      ...quiet,
      DescribeServices: () => ({ services: [{ ...service, runningCount: 1, pendingCount: 1 }] }),
      DescribeTaskDefinition: () => other,
      DescribeTasks: () => ({ tasks: [task("shop-staging:7", "sha256:b"), task("shop-staging:6", "sha256:c")] }),
    };
    const drift = async (parts: Answers) =>
      (await commandLine(command, { answers: { ...quiet, ...parts } })).out.filter((line) => /drift/.test(line));
    expect((await commandLine(command, { answers })).out.slice(1)).to.deep.equal([
      "shop-staging: shop-staging:7, 1 of 2 task(s) run, 1 starting",
      web,
      "  worker: redis:7",
      ...deployments,
      "  drift: shop-staging:7: its containers come from different templates; someone edited it by hand",
      "  drift: 1 task(s) run, 2 are wanted",
      "  drift: 1 task(s) run shop-staging:6",
      `  drift: web: 1 task(s) run an image other than ${image}`,
    ]);
    expect(await drift({ DescribeTaskDefinition: () => definition("0ther") })).to.deep.equal([
      "  drift: shop-staging:7 was not made from the template of the last `up`; run `pulumi preview`",
    ]);
  });

  it("prints what differs, key by key, in a revision that has the label of the one that `up` created", async () => {
    const of = (revision: number, web: object, proxy: object = {}, task: object = {}) => ({
      taskDefinition: {
        taskDefinitionArn: arn(`task-definition/shop-staging:${revision}`),
        revision,
        status: "ACTIVE",
        ...task,
        containerDefinitions: [
          { name: "web", cpu: 0, dockerLabels: { [label]: "5ca1ab1e" }, ...web },
          { name: "proxy", image: "nginx:1", dockerLabels: { [label]: "5ca1ab1e" }, ...proxy },
        ],
      },
    });
    const built = "registry/shop/staging/web:latest";
    const at9 = { ...service, taskDefinition: arn("task-definition/shop-staging:9"), deployments: [] };
    const drift = async (running: object, made: () => unknown = () => of(7, { image: built })) => {
      const answers: Answers = {
        ...quiet,
        DescribeServices: () => ({ services: [at9] }),
        DescribeTasks: () => ({}),
        DescribeTaskDefinition: ({ taskDefinition }: { readonly taskDefinition: string }) =>
          taskDefinition === "shop-staging:9" ? running : made(),
      };
      return (await commandLine(command, { answers })).out.filter((line) => /drift/.test(line));
    };
    const edited = (change: string) =>
      `  drift: shop-staging:9 differs from shop-staging:7, which \`up\` created: ${change}; a person or CodePipeline's ECS action changed it`;
    const secret = [{ name: "TOKEN", valueFrom: "/other/TOKEN" }];
    const gone = () => {
      throw awsError("ClientException", "Unable to describe task definition.");
    };
    const followed = { [label]: "5ca1ab1e", "compose-ecs-pipeline.follows": "ecs-svc/1" };
    expect(await drift(of(9, { image, dockerLabels: followed }))).to.deep.equal([]);
    expect(await drift(of(9, { image, user: "0" }), gone)).to.deep.equal([]);
    expect(
      await drift(
        of(
          9,
          { image, secrets: secret, user: "0" },
          { image: "nginx:2", dockerLabels: { ...followed, team: "web" } },
          { taskRoleArn: "other" },
        ),
      ),
    ).to.deep.equal(
      [
        "taskRoleArn: added",
        "web: secrets.TOKEN: added",
        "web: user: added",
        "proxy: image: different",
        "proxy: dockerLabels.team: added",
      ].map(edited),
    );
  });

  it("reports no drift of counts and old tasks while a deployment is in progress", async () => {
    const older = { ...service.deployments[0], id: "ecs-svc/0", status: "ACTIVE" };
    const answers: Answers = {
      ...quiet,
      DescribeServices: () => ({
        services: [{ ...service, runningCount: 3, deployments: [...service.deployments, older] }],
      }),
      DescribeTasks: () => ({ tasks: [task("shop-staging:6", "sha256:c")] }),
    };
    expect((await commandLine(command, { answers })).out).to.deep.equal([
      "staging  http://shop.example",
      "shop-staging: shop-staging:7, 3 of 2 task(s) run",
      web,
      ...deployments,
    ]);
  });

  it("prints the same as JSON", async () => {
    const { out } = await commandLine(`${command} --json`, { answers: quiet });
    expect(out.map((line) => JSON.parse(line) as unknown)).to.deep.equal([
      {
        stack: "staging",
        url: "http://shop.example",
        services: [
          {
            name: "shop-staging",
            revision: "shop-staging:7",
            desired: 2,
            running: 2,
            pending: 0,
            containers: [{ name: "web", image, commit: "8cf40f2", pushedAt: "2026-11-24T11:30:00.000Z" }],
            deployments: [
              { arn: arn("d/1"), status: "SUCCESSFUL", reason: "", createdAt: "2026-11-24T09:00:00.000Z" },
              {
                arn: arn("d/0"),
                status: "ROLLBACK_SUCCESSFUL",
                reason: "circuit breaker",
                createdAt: "2026-11-22T12:00:00.000Z",
              },
            ],
            drift: [],
          },
        ],
      },
    ]);
  });

  it("prints it again only when it has changed, with --watch, until Ctrl-C", async () => {
    const interrupted = new AbortController();
    let paused = 0;
    const { code, out } = await commandLine(`${command} --watch`, {
      answers: {
        ...quiet,
        DescribeServices: () => ({ services: [{ ...service, runningCount: paused < 2 ? 2 : 1 }] }),
      },
      interruption: interrupted.signal,
      onPause: () => {
        paused += 1;
        if (paused === 3) interrupted.abort();
      },
    });
    expect([code, out.filter((line) => / of /.test(line))]).to.deep.equal([
      0,
      ["shop-staging: shop-staging:7, 2 of 2 task(s) run", "shop-staging: shop-staging:7, 1 of 2 task(s) run"],
    ]);
  });

  it("refuses an ECS service that does not exist", async () => {
    const { code, err } = await commandLine(command, { answers: { ...quiet, DescribeServices: () => ({}) } });
    expect([code, err]).to.deep.equal([
      1,
      ["shop-staging: there is no such ECS service in shop-staging; run `pulumi up`"],
    ]);
  });
});
