import { expect } from "chai";
import { readRunning } from "../../../components/service/running.ts";
import { cloud, only, refusal, startCloud, type Answer } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { plan } from "../../support/plans.ts";
import { runProgram } from "../../support/program.ts";
import { task } from "../../support/task.ts";
import {
  getService,
  getTaskDefinition,
  getParametersByPath,
  registry,
  definitions,
  runs,
  released,
  images,
  ignored,
  scaling,
  nothing,
  template,
} from "./running-bench.ts";

describe("the program that reads what runs", () => {
  beforeEach(() => runProgram({ stack: "staging" }));

  it("refuses a share on Fargate Spot for a service that runs without one", async () => {
    await startCloud({ answers: runs([], { launchType: "FARGATE" }) });
    const { family } = plan(task()).template;
    const args = { cluster: staging.cluster.arn, name: family, wantsSpot: true };
    const failure: unknown = await readRunning(args).catch((error: unknown) => error);
    expect(String(failure)).to.equal(
      'Error: shop-staging: the service is to have a share on Fargate Spot, but runs without one; ECS can set this only for a new service: give it another name with "x-ecs: { service: … }", or remove "spot" (nothing was changed)',
    );
  });

  it("starts with the future images, no tasks and a minimum of 0", () => {
    expect(images()).to.deep.equal([`${registry}/proxy:latest`, `${registry}/web:latest`]);
    expect(ignored()).to.deep.equal([nothing, ["desiredCount"]]);
    expect(scaling()).to.deep.equal([0, 0]);
  });

  it("does not change the running revision after a release, and sets the minimum", async () => {
    await runProgram({ stack: "staging", answers: runs(released("aaaaaaa")) });
    expect(ignored()).to.deep.equal([template, ["desiredCount", "taskDefinition"]]);
    expect(scaling()).to.deep.equal([2, 0]);
  });

  it("tracks the CPU between the bounds after the first release", async () => {
    const config = { "compose-ecs-pipeline:maximumCount": "5" };
    await runProgram({ stack: "staging", config, answers: runs(released("aaaaaaa")) });
    expect(only("aws:appautoscaling/policy:Policy").inputs).to.deep.equal({
      name: "shop-staging-cpu",
      policyType: "TargetTrackingScaling",
      resourceId: "service/shop-staging/shop-staging",
      scalableDimension: "ecs:service:DesiredCount",
      serviceNamespace: "ecs",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        targetValue: 60,
      },
    });
  });

  it("creates one new revision with the running images when a size has changed", async () => {
    const config = { "compose-ecs-pipeline:taskCpu": "2048", "compose-ecs-pipeline:taskMemoryMiB": "8192" };
    await runProgram({ stack: "staging", config, answers: runs(released("aaaaaaa")) });
    expect(images()).to.deep.equal([`${registry}/proxy:aaaaaaa`, `${registry}/web:aaaaaaa`]);
    expect(ignored()).to.deep.equal([nothing, ["desiredCount"]]);
    expect(definitions().map(({ dockerLabels }) => dockerLabels["compose-ecs-pipeline.follows"])).to.deep.equal([
      "ecs-svc/1",
      "ecs-svc/1",
    ]);
  });

  it("uses nothing of a family's newest revision, which another role may have registered", async () => {
    const config = { "compose-ecs-pipeline:taskCpu": "2048", "compose-ecs-pipeline:taskMemoryMiB": "8192" };
    const planted = released("planted").map((one) => ({ ...one, command: ["planted"] }));
    const own = runs(released("aaaaaaa"));
    const answers = {
      ...own,
      [getTaskDefinition]: (inputs: Readonly<Record<string, unknown>>) =>
        String(inputs["taskDefinition"]).startsWith("arn:")
          ? (own[getTaskDefinition]?.(inputs) ?? {})
          : { ...inputs, revision: 9, containerDefinitions: JSON.stringify(planted) },
    };
    await runProgram({ stack: "staging", answers });
    const same = ignored();
    await runProgram({ stack: "staging", config, answers });
    expect([same, ignored(), JSON.stringify(cloud).includes("planted")]).to.deep.equal([
      [template, ["desiredCount", "taskDefinition"]],
      [nothing, ["desiredCount"]],
      false,
    ]);
  });

  it("does not change what a rollback holds, even if the template has changed", async () => {
    const config = { "compose-ecs-pipeline:taskCpu": "2048", "compose-ecs-pipeline:taskMemoryMiB": "8192" };
    const held: Answer = ({ path }) => ({ path, names: ["/shop/staging/.release/rollback-hold"] });
    const answers = { ...runs(released("aaaaaaa")), [getParametersByPath]: held };
    await runProgram({ stack: "staging", config, answers });
    expect(ignored()).to.deep.equal([template, ["desiredCount", "taskDefinition"]]);
  });

  it("does not count the lock of the verb that runs it as a hold", async () => {
    const config = { "compose-ecs-pipeline:taskCpu": "2048", "compose-ecs-pipeline:taskMemoryMiB": "8192" };
    const locked: Answer = ({ path }) => ({ path, names: ["/shop/staging/.release/lock"] });
    const answers = { ...runs(released("aaaaaaa")), [getParametersByPath]: locked };
    await runProgram({ stack: "staging", config, answers });
    expect(ignored()).to.deep.equal([nothing, ["desiredCount"]]);
  });

  it("counts an INACTIVE service as missing", async () => {
    await runProgram({ stack: "staging", answers: runs([], { status: "INACTIVE" }) });
    expect(ignored()).to.deep.equal([nothing, ["desiredCount"]]);
  });

  const stops: readonly (readonly [string, () => Record<string, Answer>, string])[] = [
    [
      "a deployment is in progress",
      () =>
        runs(released("aaaaaaa"), {
          deployments: [
            { id: "b", status: "PRIMARY" },
            { id: "a", status: "ACTIVE" },
          ],
        }),
      "shop-staging: a deployment is in progress; run `pulumi up` again when it has ended (nothing was changed)",
    ],
    [
      "a service runs with a share on Fargate Spot that the Compose file does not ask for",
      () => runs(released("aaaaaaa"), { launchType: "" }),
      'shop-staging: the service runs with a share on Fargate Spot, but is to have none; ECS can set this only for a new service: give it another name with "x-ecs: { service: … }", or keep "spot" (nothing was changed)',
    ],
    [
      "it is not allowed to read",
      () => ({
        [getService]: () => {
          throw refusal("reading ECS Service: AccessDeniedException: not authorized to perform ecs:DescribeServices");
        },
      }),
      "reading ECS Service: AccessDeniedException: not authorized to perform ecs:DescribeServices",
    ],
    [
      "parameters are missing",
      () => ({
        "aws:ssm/getParameter:getParameter": ({ name }) => {
          throw refusal(`reading SSM Parameter (${String(name)}): couldn't find resource`);
        },
      }),
      [
        "DATABASE_URL: Parameter Store has no /shop/staging/DATABASE_URL",
        "SECRET_KEY_BASE: Parameter Store has no /shop/staging/SECRET_KEY_BASE",
        "set each with `npm run release -- parameters set VARIABLE --stack STACK`, or set secrets:VARIABLE",
      ].join("\n"),
    ],
  ];

  for (const [title, answers, message] of stops) {
    it(`stops before it changes anything when ${title}`, async () => {
      const failure: unknown = await runProgram({ stack: "staging", answers: answers() }).catch(
        (error: unknown) => error,
      );
      expect(failure instanceof Error ? failure.message : failure).to.equal(message);
      expect(cloud).to.deep.equal([]);
    });
  }
});
