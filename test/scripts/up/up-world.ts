import { expect } from "chai";
import { commandLine, type Answers, type CommandWorld } from "../../support/command-line.ts";
import { parameterStore } from "../../support/parameters.ts";
import { playedProject, step, type Operations } from "../../support/project.ts";

export const types = {
  service: "aws:ecs/service:Service",
  definition: "aws:ecs/taskDefinition:TaskDefinition",
  pipeline: "aws:codepipeline/pipeline:Pipeline",
};

const containers = (level: string) => ({
  inputs: {
    containerDefinitions: JSON.stringify([
      { name: "web", image: "registry/web:abc1234", environment: [{ name: "LEVEL", value: level }] },
    ]),
  },
});

/** A changed template: a new revision, and the service that rolls it out. */
export const rolled = [
  step("create-replacement", types.definition, { old: containers("info"), new: containers("debug") } as never),
  step("update", types.service),
];

interface World {
  readonly operations?: Operations;
  readonly answers?: Answers;
  readonly reply?: string;
  readonly project?: CommandWorld["project"];
  readonly locate?: CommandWorld["locate"];
  readonly interruption?: AbortSignal;
  readonly onPause?: () => void;
  readonly now?: () => Date;
  readonly git?: CommandWorld["git"];
}

export const stage = (stageName: string, id?: string, more: object = {}) => ({
  stageName,
  ...(id !== undefined && { latestExecution: { pipelineExecutionId: id, status: "InProgress" } }),
  ...more,
});

export const pipelineOf = (...stageStates: readonly object[]): Answers => ({
  GetPipelineState: () => ({ stageStates }),
});

export const quiet = pipelineOf(stage("Source"), stage("Release"));

export const oneService = {
  DescribeServices: () => ({
    services: [
      {
        serviceName: "shop-staging",
        taskDefinition: "a/shop-staging:5",
        desiredCount: 1,
        deployments: [{ id: "ecs-svc/1", status: "PRIMARY", rolloutState: "COMPLETED" }],
      },
    ],
  }),
};

/** A deployment that appears at the second call of the list, and then has these states. */
export function deployment(...states: readonly object[]): Answers {
  let looks = 0;
  let lists = 0;
  return {
    ListServiceDeployments: () => ({
      serviceDeployments: [
        { serviceDeploymentArn: "d/old", status: "SUCCESSFUL", createdAt: new Date(1) },
        ...((lists += 1) > 1 ? [{ serviceDeploymentArn: "d/new", createdAt: new Date(2) }] : []),
      ],
    }),
    DescribeServiceDeployments: ({ serviceDeploymentArns }: { readonly serviceDeploymentArns: readonly string[] }) => {
      expect(serviceDeploymentArns).to.deep.equal(["d/new"]);
      const state = states[Math.min(looks, states.length - 1)];
      looks += 1;
      return {
        serviceDeployments: [
          {
            serviceDeploymentArn: "d/new",
            serviceArn: "s/shop-staging",
            targetServiceRevision: { arn: "r/6" },
            ...state,
          },
        ],
      };
    },
    DescribeServiceRevisions: () => ({
      serviceRevisions: [{ serviceRevisionArn: "r/6", taskDefinition: "t/shop-staging:6" }],
    }),
  };
}

/** Runs a command line for a stack after its first `up`; `ran` has the operations that were run. */
export async function up(args: string, world: World = {}) {
  const ran: unknown[] = [];
  const store = parameterStore();
  const { code, out, err, done } = await commandLine(`up --stack staging${args}`, {
    ...world,
    answers: {
      ...quiet,
      ...oneService,
      ...store.answers,
      DisableStageTransition: () => ({}),
      EnableStageTransition: () => ({}),
      ...deployment({ status: "SUCCESSFUL" }),
      ...world.answers,
    },
    project: { ...playedProject(world.operations ?? {}, ran), ...world.project },
  });
  const questions = done.filter((one) => typeof one === "string" && one.includes(":") && one.startsWith("up"));
  // Whatever happens, Release is open afterwards.
  expect([...store.versions.keys()]).to.deep.equal([]);
  return { code, out, err, ran, questions, done };
}

export const brief = ({ code, err, ran }: Awaited<ReturnType<typeof up>>) => ({ code, err, ran });
