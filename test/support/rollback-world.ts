import { awsError, names, type Answers } from "./command-line.ts";
import { parameterStore, type Parameters } from "./parameters.ts";

/** A revision of the world's, by what differs from the others. */
export interface WorldRevision {
  readonly commit: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cpu?: string;
  readonly template?: string;
  readonly active?: boolean;
  /** How ECS ended its deployment; `none` where it never had one. @default - SUCCESSFUL */
  readonly verdict?: string;
  /** @default - the commit's, by its tag */
  readonly image?: string;
}

interface WorldService {
  revision: string;
  /** Looks until its deployment is decided on. */
  looks: number;
  /** The revision that ECS rolls it back to at their end. */
  back?: string;
}

/** An environment that can be rolled back: its AWS answers, and its state. */
export interface RollbackWorld {
  readonly answers: Answers;
  readonly parameters: Parameters;
  readonly services: Record<string, WorldService>;
  /** Why Release is closed. */
  closed: string | undefined;
  /** The run that is in Release. */
  inRelease: string | undefined;
  /** The run that waits before Release. */
  waiting: string | undefined;
}

export const repository = "registry/shop/staging/web";
const arn = (what: string) => `arn:aws:ecs:eu-central-1:111111111111:${what}`;
const role = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
export const secret = "arn:aws:ssm:eu-central-1:111111111111:parameter/shop/staging/DATABASE_URL";
const noon = new Date("2026-11-24T12:00:00Z");
const minutesBeforeNoon = (minutes: number) => new Date(noon.getTime() - minutes * 60_000);
const label = "compose-ecs-pipeline.template";

/** Services with their revisions, the first of which is number 1; each service is at its newest. */
export function rollbackWorld(
  families: Readonly<Record<string, readonly WorldRevision[]>>,
  gone: readonly string[] = [],
): RollbackWorld {
  const all = Object.entries(families);
  const world: RollbackWorld = {
    parameters: parameterStore(),
    services: Object.fromEntries(
      all.map(([name, revisions]) => [name, { revision: `${name}:${revisions.length}`, looks: 0 }]),
    ),
    closed: undefined,
    inRelease: undefined,
    waiting: undefined,
    get answers() {
      return answers;
    },
  };
  const revisionOf = (name: string): WorldRevision | undefined => {
    const [family = "", number] = name.slice(name.lastIndexOf("/") + 1).split(":");
    return families[family]?.[Number(number) - 1];
  };
  const answers: Answers = {
    ...world.parameters.answers,
    ...pipelineOf(world),
    DescribeServices: ({ services }: { readonly services: readonly string[] }) => ({
      services: services.map((name) => describe(name, world.services[name])),
    }),
    DescribeTaskDefinition: ({ taskDefinition }: { readonly taskDefinition: string }) => {
      const found = revisionOf(taskDefinition);
      return found === undefined ? migrationOf(taskDefinition) : { taskDefinition: definition(taskDefinition, found) };
    },
    ListTaskDefinitions: ({ familyPrefix }: { readonly familyPrefix: string }) => {
      const known = families[familyPrefix]?.map(({ active = true }, index) => (active ? [index + 1] : [])) ?? [
        [1, 2, 3],
      ];
      return {
        taskDefinitionArns: known
          .flat()
          .toReversed()
          .map((one) => arn(`task-definition/${familyPrefix}:${one}`)),
      };
    },
    ListServiceDeployments: ({ service }: { readonly service: string }) => ({
      serviceDeployments: deploymentsOf(service, families[service] ?? [], world.services[service]),
    }),
    DescribeServiceDeployments: ({ serviceDeploymentArns }: { readonly serviceDeploymentArns: readonly string[] }) => ({
      serviceDeployments: all
        .flatMap(([family, revisions]) => deploymentsOf(family, revisions, world.services[family]))
        .filter((one) => serviceDeploymentArns.includes(one.serviceDeploymentArn))
        .map(({ targetServiceRevisionArn, ...one }) => ({
          ...one,
          targetServiceRevision: { arn: targetServiceRevisionArn },
        })),
    }),
    DescribeServiceRevisions: ({ serviceRevisionArns }: { readonly serviceRevisionArns: readonly string[] }) => ({
      serviceRevisions: serviceRevisionArns.map((one) => ({
        serviceRevisionArn: one,
        taskDefinition: arn(`task-definition/${one}`),
      })),
    }),
    DescribeImages: ({
      imageIds: [id],
    }: {
      readonly imageIds: readonly { imageTag?: string; imageDigest?: string }[];
    }) => {
      const tag = id?.imageTag ?? id?.imageDigest?.slice(7) ?? "";
      if (gone.includes(tag)) throw awsError("ImageNotFoundException");
      return { imageDetails: [{ imageDigest: `sha256:${tag}`, imageTags: [tag, "latest"], imagePushedAt: noon }] };
    },
    GetParameters: () => ({ InvalidParameters: [] }),
    GetRole: () => ({}),
    GetLogEvents: () => ({ events: [{ message: "dropped column price\n" }] }),
    ListTasks: ({ serviceName }: { readonly serviceName: string }) => ({ taskArns: [arn(`task/${serviceName}`)] }),
    DescribeTasks: ({ tasks: [task = ""] }: { readonly tasks: readonly string[] }) => {
      const { revision = "" } = world.services[task.slice(task.lastIndexOf("/") + 1)] ?? {};
      const tag = revisionOf(revision)?.commit ?? "";
      return {
        tasks: [
          {
            taskArn: task,
            taskDefinitionArn: arn(`task-definition/${revision}`),
            healthStatus: "HEALTHY",
            containers: [{ name: "web", imageDigest: `sha256:${tag}` }],
          },
        ],
      };
    },
    UpdateService: ({ service, taskDefinition }: { readonly service: string; readonly taskDefinition: string }) => {
      Object.assign(world.services[service] ?? {}, { revision: taskDefinition, looks: 2 });
      return {};
    },
    StopServiceDeployment: () => ({}),
  };
  return world;
}

/** The pipeline, whose Release can be closed and opened. */
function pipelineOf(world: RollbackWorld): Answers {
  return {
    GetPipelineState: () => ({
      stageStates: [
        {
          stageName: "Release",
          ...(world.inRelease && { latestExecution: { pipelineExecutionId: world.inRelease, status: "InProgress" } }),
          ...(world.waiting && { inboundExecution: { pipelineExecutionId: world.waiting } }),
          inboundTransitionState:
            world.closed === undefined
              ? { enabled: true }
              : { enabled: false, disabledReason: world.closed, lastChangedBy: "arn:aws:iam::1:user/bob" },
        },
      ],
    }),
    GetPipelineExecution: () => ({
      pipelineExecution: {
        status: "InProgress",
        artifactRevisions: [{ revisionId: "v.4", revisionSummary: "Add it" }],
      },
    }),
    DisableStageTransition: ({ reason }: { readonly reason: string }) => {
      world.closed = reason;
      return {};
    },
    EnableStageTransition: () => {
      world.closed = undefined;
      return {};
    },
  };
}

function describe(serviceName: string, service: WorldService | undefined) {
  if (service === undefined) return {};
  if (service.looks > 0) service.looks -= 1;
  if (service.looks === 0 && service.back !== undefined) service.revision = service.back;
  const { looks, revision } = service;
  const primary = { id: `ecs-svc/${revision}`, status: "PRIMARY", taskDefinition: arn(`task-definition/${revision}`) };
  return {
    serviceName,
    status: "ACTIVE",
    taskDefinition: arn(`task-definition/${revision}`),
    desiredCount: 1,
    runningCount: 1,
    pendingCount: 0,
    deployments: [
      { ...primary, rolloutState: looks > 0 ? "IN_PROGRESS" : "COMPLETED" },
      ...(looks > 0 ? [{ ...primary, id: "ecs-svc/old", status: "ACTIVE", rolloutState: "COMPLETED" }] : []),
    ],
  };
}

function definition(
  name: string,
  { commit, environment = {}, cpu = "256", template, active = true, image }: WorldRevision,
) {
  const number = Number(name.split(":").at(-1));
  return {
    taskDefinitionArn: name.includes("/") ? name : arn(`task-definition/${name}`),
    revision: number,
    status: active ? "ACTIVE" : "INACTIVE",
    cpu,
    memory: "512",
    registeredAt: minutesBeforeNoon(100 - number * 10),
    executionRoleArn: role("shop-staging-execution"),
    taskRoleArn: role("shop-staging-task"),
    containerDefinitions: [
      {
        name: "web",
        image: image ?? `${repository}:${commit}`,
        environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
        secrets: [{ name: "DATABASE_URL", valueFrom: secret }],
        dockerLabels: { [label]: template ?? names.templates["shop-staging"] },
      },
    ],
  };
}

/** The migration's revision 1 is `up`'s; each other one has run a minute before the service's of that number. */
function migrationOf(name: string) {
  const number = Number(name.split(":").at(-1));
  const tags = { execution: `run-${number}`, task: `task-${number}`, "exit-code": "0" };
  return {
    taskDefinition: { registeredAt: minutesBeforeNoon(101 - number * 10), containerDefinitions: [{ name: "migrate" }] },
    tags:
      number === 1 ? [] : Object.entries(tags).map(([key, value]) => ({ key: `compose-ecs-pipeline:${key}`, value })),
  };
}

/** A deployment of each revision, and one more of the revision that the service is at now. */
function deploymentsOf(family: string, revisions: readonly WorldRevision[], service: WorldService | undefined) {
  const all = revisions.map(({ verdict = "SUCCESSFUL" }, index) => ({
    serviceDeploymentArn: arn(`d/${family}/${index + 1}`),
    status: verdict,
    targetServiceRevisionArn: `${family}:${index + 1}`,
    createdAt: minutesBeforeNoon(90 - index),
  }));
  const each = all.filter(({ status }) => status !== "none");
  const now = service && {
    serviceDeploymentArn: arn(`d/${family}/now`),
    status: service.looks > 0 ? "IN_PROGRESS" : service.back === undefined ? "SUCCESSFUL" : "ROLLBACK_SUCCESSFUL",
    targetServiceRevisionArn: service.revision,
    createdAt: noon,
    statusReason: "circuit breaker",
  };
  const unmoved = service?.revision === `${family}:${revisions.length}` && service.back === undefined;
  return now === undefined || unmoved ? each : [now, ...each];
}
