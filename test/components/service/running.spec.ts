import { expect } from "chai";
import { readHandOver } from "../../../components/service/running.ts";
import { cloud, only, refusal, startCloud, type Answer } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { plan } from "../../support/plans.ts";
import { runProgram } from "../../support/program.ts";
import { changed, readyMade } from "../../support/settings.ts";
import { task } from "../../support/task.ts";

const getService = "aws:ecs/getService:getService";
const getTaskDefinition = "aws:ecs/getTaskDefinition:getTaskDefinition";
const getParametersByPath = "aws:ssm/getParametersByPath:getParametersByPath";
const registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging";

interface Definition {
  readonly name: string;
  readonly image: string;
  readonly dockerLabels: Readonly<Record<string, string>>;
}

/** Containers of the main task definition that the last run of the program registered. */
function definitions(): readonly Definition[] {
  const { inputs } = only("aws:ecs/taskDefinition:TaskDefinition", "shop-staging");
  return JSON.parse(inputs["containerDefinitions"] as string) as Definition[];
}

/** An account in which these containers run in the environment's own ECS service, released once; the worker's is to come. */
function runs(containers: readonly Definition[], more: Record<string, unknown> = {}): Record<string, Answer> {
  const deployments = [{ id: "ecs-svc/1", status: "PRIMARY" }];
  const taskDefinition = "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:4";
  return {
    [getService]: ({ serviceName }) =>
      serviceName === "shop-staging"
        ? { id: "s", status: "ACTIVE", desiredCount: 2, taskDefinition, deployments, ...more }
        : { id: "w", status: "INACTIVE" },
    [getTaskDefinition]: (inputs) => ({ ...inputs, containerDefinitions: JSON.stringify(containers) }),
  };
}

/** What the pipeline's releases leave behind: the same definitions with the images of a commit. */
const released = (tag: string) => definitions().map((each) => ({ ...each, image: `${registry}/${each.name}:${tag}` }));

const images = () => definitions().map(({ image }) => image);
const ignored = () =>
  [only("aws:ecs/taskDefinition:TaskDefinition", "shop-staging"), only("aws:ecs/service:Service", "shop-staging")].map(
    ({ options }) => options.ignoreChanges ?? [],
  );
const scaling = () => [
  only("aws:appautoscaling/target:Target", "shop-staging").inputs["minCapacity"],
  cloud.filter(({ type }) => type === "aws:appautoscaling/policy:Policy").length,
];

const nothing: readonly string[] = [];
const template = [
  "containerDefinitions",
  "cpu",
  "memory",
  "volumes",
  "executionRoleArn",
  "taskRoleArn",
  "pidMode",
  "runtimePlatform",
];

describe("the program and what runs", () => {
  beforeEach(() => runProgram({ stack: "staging" }));

  it("gives no share on Fargate Spot to a service that runs without", async () => {
    await startCloud({ answers: runs([], { launchType: "FARGATE" }) });
    const { template: wanted } = plan(task());
    const args = { cluster: staging.cluster.arn, template: wanted, wantsSpot: true };
    const failure: unknown = await readHandOver(args).catch((error: unknown) => error);
    expect(String(failure)).to.equal(
      'Error: shop-staging: the service asks for a share on Fargate Spot, and runs without; ECS changes that only for a new service: give it another name with "x-ecs: { service: … }", or remove "spot" (nothing was changed)',
    );
  });

  it("starts with the images that will be, no task and no lower bound", () => {
    expect(images()).to.deep.equal([`${registry}/proxy:latest`, `${registry}/web:latest`]);
    expect(ignored()).to.deep.equal([nothing, ["desiredCount"]]);
    expect(scaling()).to.deep.equal([0, 0]);
  });

  it("leaves the running revision alone after a release, and sets the lower bound", async () => {
    await runProgram({ stack: "staging", answers: runs(released("aaaaaaa")) });
    expect(ignored()).to.deep.equal([template, ["desiredCount", "taskDefinition"]]);
    expect(scaling()).to.deep.equal([2, 0]);
  });

  it("tracks the CPU between the bounds once something was released", async () => {
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

  it("makes one new revision with the running images when a size has changed", async () => {
    const config = { "compose-ecs-pipeline:taskCpu": "2048", "compose-ecs-pipeline:taskMemoryMiB": "8192" };
    await runProgram({ stack: "staging", config, answers: runs(released("aaaaaaa")) });
    expect(images()).to.deep.equal([`${registry}/proxy:aaaaaaa`, `${registry}/web:aaaaaaa`]);
    expect(ignored()).to.deep.equal([nothing, ["desiredCount"]]);
    expect(definitions().map(({ dockerLabels }) => dockerLabels["compose-ecs-pipeline.follows"])).to.deep.equal([
      "ecs-svc/1",
      "ecs-svc/1",
    ]);
  });

  it("takes nothing from the newest revision of a family, which another role has registered", async () => {
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

  it("leaves alone what a rollback holds, even where the template has changed", async () => {
    const config = { "compose-ecs-pipeline:taskCpu": "2048", "compose-ecs-pipeline:taskMemoryMiB": "8192" };
    const held: Answer = ({ path }) => ({ path, names: ["/shop/staging/.release/rollback-hold"] });
    const answers = { ...runs(released("aaaaaaa")), [getParametersByPath]: held };
    await runProgram({ stack: "staging", config, answers });
    expect(ignored()).to.deep.equal([template, ["desiredCount", "taskDefinition"]]);
  });

  it("takes the lock of the verb that it is run by for no hold", async () => {
    const config = { "compose-ecs-pipeline:taskCpu": "2048", "compose-ecs-pipeline:taskMemoryMiB": "8192" };
    const locked: Answer = ({ path }) => ({ path, names: ["/shop/staging/.release/lock"] });
    const answers = { ...runs(released("aaaaaaa")), [getParametersByPath]: locked };
    await runProgram({ stack: "staging", config, answers });
    expect(ignored()).to.deep.equal([nothing, ["desiredCount"]]);
  });

  it("gives a container that is new the image its last build pushed", async () => {
    const web = released("aaaaaaa").filter(({ name }) => name === "web");
    const asked: unknown[] = [];
    const getImage: Answer = (inputs) => {
      asked.push(inputs);
      return { ...inputs, imageTags: ["bbbbbbb", "latest"], imageUri: `${registry}/proxy@sha256:0` };
    };
    const labels = { "compose-ecs-pipeline.template": "another" };
    const answers = {
      ...runs(web.map((each) => ({ ...each, dockerLabels: labels }))),
      "aws:ecr/getImage:getImage": getImage,
    };
    await runProgram({ stack: "staging", answers });
    expect(asked).to.deep.equal([{ repositoryName: "shop/staging/proxy", imageTag: "latest" }]);
    expect(images()).to.deep.equal([`${registry}/proxy@sha256:0`, `${registry}/web:aaaaaaa`]);
  });

  it("waits for a commit where the last build was none: nothing would keep its image", async () => {
    const web = released("aaaaaaa").filter(({ name }) => name === "web");
    const labels = { "compose-ecs-pipeline.template": "another" };
    const imageUri = `${registry}/proxy@sha256:0`;
    const answers: Record<string, Answer> = {
      ...runs(web.map((each) => ({ ...each, dockerLabels: labels }))),
      "aws:ecr/getImage:getImage": (inputs) => ({ ...inputs, imageTags: ["cache", "latest"], imageUri }),
    };
    await runProgram({ stack: "staging", answers });
    expect(ignored()).to.deep.equal([template, ["desiredCount", "taskDefinition"]]);
  });

  it("gives a new container its ready-made image, by the tag that releases: nothing deletes that image", async () => {
    const web = released("aaaaaaa").filter(({ name }) => name === "web");
    const asked: unknown[] = [];
    const imageUri = `${registry}/proxy@sha256:0`;
    const answers: Record<string, Answer> = {
      ...runs(web.map((each) => ({ ...each, dockerLabels: { "compose-ecs-pipeline.template": "another" } }))),
      "aws:ecr/getImage:getImage": (inputs) => {
        asked.push(inputs["imageTag"]);
        return { ...inputs, imageTags: ["release"], imageUri };
      },
    };
    await runProgram({ stack: "staging", config: changed({ ...readyMade, sourceImageTag: "release" }), answers });
    expect(asked).to.deep.equal(["release"]);
    expect(images()).to.deep.equal([imageUri, `${registry}/web:aaaaaaa`]);
  });

  it("takes an INACTIVE service for none", async () => {
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
      'shop-staging: the service runs with a share on Fargate Spot; ECS changes that only for a new service: give it another name with "x-ecs: { service: … }", or keep "spot" (nothing was changed)',
    ],
    [
      "it may not look",
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
