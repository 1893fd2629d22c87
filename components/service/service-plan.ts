import type { Application, Task } from "../../compose/index.ts";
import type { Architecture } from "../kit/architecture.ts";
import { deploymentTimeout } from "./deployment-timeout.ts";
import type { HandOver } from "./hand-over.ts";
import type { ImageRepositoriesArgs } from "../application/image-repositories.ts";
import type { Names, ServiceNames } from "../kit/names.ts";
import { sideBySide } from "../kit/side-by-side.ts";
import { decideHandOver, readHold, readRunning, type DecideHandOverArgs } from "./running.ts";
import { alarmMinutes, alarmNames, type AlarmSettings } from "./deployment-alarms.ts";
import { sleeps, type Schedule } from "./schedule.ts";
import { scalingOf, type AskedScaling, type Scaling } from "./scaling.ts";
import { taskTemplate, type TaskTemplate } from "./task-template.ts";

/** What an ECS service of an environment will be, and what happens to the running revision. Plain data. */
export interface ServicePlan {
  readonly service: ServiceNames;
  readonly task: Task;
  readonly template: TaskTemplate;
  readonly handOver: HandOver;
  readonly scaling: Scaling;
  /** When its counts change. @default - they do not change with time */
  readonly schedule?: Schedule;
  /** Which alarms roll a deployment back. @default - none */
  readonly deploymentAlarms?: AlarmSettings;
  /** Whether people may open a shell in its containers. @default - false */
  readonly executeCommand?: boolean;
  /** Names of the alarms that roll a deployment back. @default - none */
  readonly alarms?: readonly string[];
  /** Whether a schedule ends its tasks at some hours. @default - false */
  readonly sleeps?: boolean;
  /** Minutes within which ECS has decided on a deployment. */
  readonly deploymentTimeoutMinutes: number;
}

/** Whether the pipeline builds an image of the service, and so deploys it; otherwise only Pulumi changes what runs. */
export const builds = ({ template }: Pick<ServicePlan, "template">): boolean =>
  template.containers.some(({ built }) => built !== undefined);

/** The settings of a stack about its ECS services. */
export interface ServiceSettings {
  /** Whether a new value of a parameter redeploys the services whose containers read it. */
  readonly deployParameterChanges: boolean;
  /** Whether people may open a shell in the containers. */
  readonly executeCommand: boolean;
  /** The scaling of the environment's own service. */
  readonly scaling: AskedScaling;
  /** When counts change. */
  readonly schedule: Schedule;
  /** Which alarms roll a deployment back. */
  readonly deploymentAlarms: AlarmSettings;
}

export interface ServicePlansArgs {
  readonly names: Names;
  readonly application: Application;
  /** Name of the parameter of each Compose variable that is a parameter. */
  readonly parameterNames: Readonly<Record<string, string>>;
  /** Version that the parameter of each variable has after this `up`; still being read. */
  readonly parameterVersions: Promise<Readonly<Record<string, number>>>;
  readonly architecture: Architecture;
  /** How the newest image of a repository is found: see ImageRepositoriesArgs. */
  readonly newest: ImageRepositoriesArgs["newest"];
  readonly settings: ServiceSettings;
}

/**
 * Plans every ECS service of an application after reading what runs; refuses while a service is being deployed. What is
 * read is asked for at once, because each answer takes a moment.
 */
export async function planServices(args: ServicePlansArgs): Promise<readonly ServicePlan[]> {
  const { parameterVersions: reading, ...known } = args;
  const { application, names, settings } = known;
  const hold = { path: names.releasePath, parameter: names.rollbackHold };
  const [versions, held, running] = await sideBySide(
    reading,
    readHold(hold),
    sideBySide(
      ...application.services.map(({ name, spot }) =>
        readRunning({
          cluster: names.cluster.arn,
          name: names.service(name).family,
          wantsSpot: spot !== undefined,
        }),
      ),
    ),
  );
  const parameterVersions = settings.deployParameterChanges ? versions : {};
  return await sideBySide(
    ...application.services.map((task, index) =>
      planService(task, { ...known, parameterVersions, held, running: running[index] }),
    ),
  );
}
interface PlanServiceArgs
  extends Omit<ServicePlansArgs, "application" | "parameterVersions">, Pick<DecideHandOverArgs, "running" | "held"> {
  readonly parameterVersions: Readonly<Record<string, number>>;
}

async function planService(task: Task, args: PlanServiceArgs): Promise<ServicePlan> {
  const { architecture, names, newest, parameterNames, parameterVersions, settings, running, held } = args;
  const { schedule, deploymentAlarms, executeCommand } = settings;
  const service = names.service(task.name);
  const { family } = service;
  const template = taskTemplate({ names, family, task, parameterNames, parameterVersions, architecture });
  const asleepAtTimes = sleeps(schedule);
  const handOver = await decideHandOver({ template, running, held, newest, sleeps: asleepAtTimes });
  const scaling = scalingOf(settings.scaling, task);
  const alarms = alarmNames(deploymentAlarms, service.name, task.entry !== undefined);
  const baking = alarms.length === 0 ? 0 : bakeMinutes;
  const deploymentTimeoutMinutes = deploymentTimeout(task, scaling.desiredCount, baking);
  const watched = { alarms, sleeps: asleepAtTimes, deploymentTimeoutMinutes };
  return { service, task, template, handOver, scaling, schedule, deploymentAlarms, executeCommand, ...watched };
}

/**
 * Minutes for which ECS goes on watching alarms when the new tasks run. ECS derives this time from the alarms and does
 * not document how (ECS developer guide, "How CloudWatch alarms detect Amazon ECS deployment failures"); assumed here:
 * twice the time of the alarms, and one minute for the metrics.
 */
const bakeMinutes = 2 * alarmMinutes + 1;
