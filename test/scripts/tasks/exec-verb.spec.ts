import { expect } from "chai";
import type { Desk } from "../../../scripts/verb/desk.ts";
import { commandLine } from "../../support/command-line.ts";

const able: Partial<Desk> = { interactive: true, has: () => true };
const task = (id: string, minute: number, more: object = {}) => ({
  taskArn: `a/${id}`,
  taskDefinitionArn: "a/shop-staging:7",
  lastStatus: "RUNNING",
  enableExecuteCommand: true,
  startedAt: new Date(Date.UTC(2026, 10, 24, 11, minute)),
  ...more,
});

interface ExecWorld {
  readonly service?: object;
  readonly tasks?: readonly object[];
  readonly containers?: readonly object[];
  readonly desk?: Partial<Desk>;
}

/** Runs `exec` on a service that is ready for it, except for what a test changes. */
function exec(args: string, { service = {}, tasks = [task("old", 1), task("new", 2)], ...world }: ExecWorld = {}) {
  const { containers = [{ name: "web" }], desk = able } = world;
  return commandLine(`exec --stack staging ${args}`.trim(), {
    desk,
    answers: {
      DescribeServices: () => ({
        services: [{ status: "ACTIVE", enableExecuteCommand: true, taskDefinition: "a/shop-staging:7", ...service }],
      }),
      ListTasks: () => ({ taskArns: tasks.map((_, index) => `a/${index}`) }),
      DescribeTasks: () => ({ tasks }),
      DescribeTaskDefinition: () => ({ taskDefinition: { containerDefinitions: containers } }),
    },
  });
}

const session = (command: string) => [
  "aws",
  [
    ...["ecs", "execute-command", "--region", "eu-central-1", "--cluster", "shop-staging", "--task", "new"],
    ...["--container", "web", "--interactive", "--command", command],
  ],
];

describe("exec", () => {
  it("opens a shell in the newest task, on the user's terminal", async () => {
    expect(await exec("")).to.deep.equal({ code: 0, out: [], err: [], done: ["eu-central-1", session("/bin/sh")] });
  });

  it("runs a command whose words stay words, and passes its exit code on", async () => {
    const desk = { ...able, runHere: () => Promise.resolve(4) };
    const { done } = await exec("-- sh -c echo;ls it's");
    const { code } = await exec("-- false", { desk });
    expect([code, done[1]]).to.deep.equal([4, session(`sh -c 'echo;ls' 'it'\\''s'`)]);
  });

  it("needs no --container if the others ended before it started", async () => {
    const waits = { name: "web", dependsOn: [{ containerName: "web-files", condition: "SUCCESS" }] };
    const { done } = await exec("", { containers: [waits, { name: "web-files" }] });
    expect(done).to.deep.equal(["eu-central-1", session("/bin/sh")]);
  });

  it("prints what it would do in a dry run, and starts nothing", async () => {
    expect(await exec("--dry-run")).to.deep.equal({
      code: 0,
      out: [
        "would run: aws ecs execute-command --region eu-central-1 --cluster shop-staging --task new --container web --interactive --command /bin/sh",
      ],
      err: [],
      done: ["eu-central-1"],
    });
  });

  it("refuses, with the remedy, what ECS Exec or this machine cannot do", async () => {
    const two = [{ name: "proxy" }, { name: "web", readonlyRootFilesystem: true }];
    const refusals = [
      await exec("", { service: { status: "INACTIVE" } }),
      await exec("", { service: { enableExecuteCommand: false } }),
      await exec("", { containers: two }),
      await exec("--container web", { containers: two }),
      await exec("", { tasks: [] }),
      await exec("", { tasks: [task("old", 1, { enableExecuteCommand: false })] }),
      await exec("", { desk: { ...able, has: () => false } }),
      await exec("", { desk: { ...able, has: (program) => program === "aws" } }),
      await exec("", { desk: { ...able, interactive: false } }),
    ];
    const done = new Set(refusals.map((refusal) => JSON.stringify([refusal.code, refusal.out, refusal.done])));
    expect([...done]).to.deep.equal(['[1,[],["eu-central-1"]]']);
    expect(refusals.map(({ err }) => err.join("\n"))).to.deep.equal([
      "shop-staging: there is no such ECS service; run `pulumi up`",
      "shop-staging: ECS Exec is off; run `pulumi config set executeCommand true` and `pulumi up`, then release again",
      "exec: the task has several containers; give --container, one of proxy, web",
      "web: its root file system is read-only, and ECS Exec's agent cannot write there (aws/containers-roadmap#1359); remove read_only from the Compose service, or use `run -- COMMAND`",
      "shop-staging: no task runs; `npm run release -- status` says why, or use `run -- COMMAND`",
      "shop-staging: its tasks were started before ECS Exec was on; release again, or run `aws ecs update-service --force-new-deployment`",
      "exec: there is no aws on the PATH; install the AWS CLI",
      "exec: there is no session-manager-plugin on the PATH; install the AWS CLI's Session Manager plugin",
      "exec: this is not a terminal, and ECS Exec needs one; use `run -- COMMAND`",
    ]);
  });
});
