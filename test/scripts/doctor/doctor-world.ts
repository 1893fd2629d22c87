import type { CommandResult, Machine, MachineClients } from "../../../scripts/verb/machine.ts";
import type { ProgramReading } from "../../../scripts/pulumi/program-reading.ts";
import { commandLine, noParameter, stubClients, type Answers, type CommandWorld } from "../../support/command-line.ts";

const arn = "arn:aws:codeconnections:eu-central-1:111111111111:connection/a";

export const program: ProgramReading = {
  region: "eu-central-1",
  allowedAccounts: [],
  settings: {
    composeFiles: ["docker-compose-staging.yml"],
    notes: [],
    buildspec: "buildspec.yml",
    testReports: false,
    repository: ".",
    source: "GitHub",
    connected: true,
    connectionArn: undefined,
    natGateways: "single",
    parameters: [{ variable: "URL", name: "/shop/staging/URL", made: undefined }],
    parameterKmsKeyArns: [],
  },
  application: {
    services: [{ name: "shop-staging", containers: ["web"], imageDefinitions: "imagedefinitions.json" }],
    images: ["web"],
    entry: {
      container: "web",
      image: "shop/web",
      port: 3000,
      entryPoint: ["tini"],
      command: ["serve"],
      environment: { A: "1" },
      healthPath: "/health",
    },
  },
};

const deployed = { actionTypeId: { provider: "ECS" }, configuration: { ServiceName: "shop-staging" } };

const revision = "arn:aws:ecs:eu-central-1:1:task-definition/shop-staging:7";

/** A stack that is as it should be, except that no one has finished the handshake of its connection. */
export const answers: Answers = {
  GetCallerIdentity: () => ({ Account: "111111111111" }),
  GetPipeline: () => ({
    pipeline: { stages: [{ actions: [{ configuration: { ConnectionArn: arn } }] }, { actions: [deployed] }] },
  }),
  GetConnection: () => ({ Connection: { ConnectionName: "shop-staging", ConnectionStatus: "PENDING" } }),
  GetPipelineState: () => ({
    stageStates: [{ stageName: "Source", latestExecution: { pipelineExecutionId: "42", status: "Failed" } }],
  }),
  ListActionExecutions: () => ({
    actionExecutionDetails: [
      { status: "Failed", output: { executionResult: { errorDetails: { message: "it is not available" } } } },
    ],
  }),
  DescribeParameters: () => ({ Parameters: [{ Name: "/shop/staging/URL", Type: "SecureString" }] }),
  DescribeServices: () => ({ services: [{ serviceName: "shop-staging", taskDefinition: revision }] }),
  DescribeTaskDefinition: () => ({
    taskDefinition: {
      taskDefinitionArn: revision,
      containerDefinitions: [
        { name: "web", image: "i", dockerLabels: { "compose-ecs-pipeline.template": "5ca1ab1e" } },
      ],
    },
  }),
  DescribeRepositories: () => ({}),
  ListTasks: () => ({}),
  ListServiceDeployments: () => ({}),
  GetParameter: noParameter,
};

export const done = (out: string): CommandResult => ({ code: 0, out: `${out}\n`, err: "" });

export interface MachineWorld {
  readonly program?: ProgramReading;
  readonly answers?: Answers;
  readonly commands?: Readonly<Record<string, CommandResult>>;
  /** Status that the health-check path returns. @default - no answer */
  readonly status?: number;
}

/** A machine with Node, Pulumi and the commands of the world. */
export function machine(world: MachineWorld, asked: string[] = []): Machine {
  const commands: Readonly<Record<string, CommandResult | undefined>> = {
    "node --version": done("v24.1.0"),
    "pulumi version": done("v3.259.0"),
    "pulumi whoami --non-interactive": done("ann"),
    ...world.commands,
  };
  return {
    program: () => Promise.resolve(world.program ?? program),
    command: (...words) => {
      if (words[0] === "docker") asked.push(words.join(" "));
      return Promise.resolve(commands[words.join(" ")]);
    },
    readFile: () =>
      "version: 0.2\nphases: {build: {commands: [make]}}\nartifacts: {files: [imagedefinitions.json, release.json]}",
    get: (url) => {
      asked.push(url);
      return Promise.resolve(world.status);
    },
    clients: () => {
      const client = stubClients(world.answers ?? answers).ecs as unknown;
      const shellRegion = () => Promise.resolve(undefined);
      return { sts: client, ec2: client, quotas: client, connections: client, shellRegion } as MachineClients;
    },
  };
}

export const doctor = (world: MachineWorld, more: Partial<CommandWorld> = {}, args = "") =>
  commandLine(`doctor --stack staging${args}`, { answers: world.answers ?? answers, machine: machine(world), ...more });
