import type { Application, Task } from "../compose/index.ts";
import type { Architecture } from "./architecture.ts";
import { deploymentTimeout } from "./deployment-timeout.ts";
import type { HandOver } from "./hand-over.ts";
import type { ImageRepositoriesArgs } from "./image-repositories.ts";
import type { Names, ServiceNames } from "./names.ts";
import { readHandOver } from "./running.ts";
import { scalingOf, type AskedScaling, type Scaling } from "./scaling.ts";
import { taskTemplate, type TaskTemplate } from "./task-template.ts";

/** What one ECS service of an environment is to be, and what becomes of the revision that runs. Plain data. */
export interface ServicePlan {
  readonly service: ServiceNames;
  readonly task: Task;
  readonly template: TaskTemplate;
  readonly handOver: HandOver;
  readonly scaling: Scaling;
  /** Minutes within which ECS has decided on a deployment. */
  readonly deploymentTimeoutMinutes: number;
}

/** Whether the pipeline builds an image of the service, and so deploys it; of another, only Pulumi changes what runs. */
export const builds = ({ template }: Pick<ServicePlan, "template">): boolean =>
  template.containers.some(({ built }) => built !== undefined);

export interface ServicePlansArgs {
  readonly names: Names;
  readonly application: Application;
  /** Name of the parameter behind each Compose variable that is one. */
  readonly parameterNames: Readonly<Record<string, string>>;
  /** Version of the parameter behind each variable, once this `up` has ended. */
  readonly parameterVersions: Readonly<Record<string, number>>;
  /** Whether a new value of a parameter rolls the services whose containers read it. */
  readonly deployParameterChanges: boolean;
  readonly architecture: Architecture;
  /** How the newest image of a repository is found: see ImageRepositoriesArgs. */
  readonly newest: ImageRepositoriesArgs["newest"];
  /** What the stack asks for its own service. */
  readonly scaling: AskedScaling;
}

/** Plans every ECS service of an application after a look at what runs; refuses while one is being deployed. */
export async function planServices(args: ServicePlansArgs): Promise<readonly ServicePlan[]> {
  const { architecture, names, parameterNames } = args;
  const parameterVersions = args.deployParameterChanges ? args.parameterVersions : {};
  const common = { names, parameterNames, parameterVersions, architecture };
  return await Promise.all(
    args.application.services.map(async (task) => {
      const service = names.service(task.name);
      const template = taskTemplate({ ...common, family: service.family, ...task });
      const handOver = await readHandOver(names, service, template, args.newest, task.spot !== undefined);
      const scaling = scalingOf(args.scaling, task);
      const deploymentTimeoutMinutes = deploymentTimeout(task, scaling.desiredCount);
      return { service, task, template, handOver, scaling, deploymentTimeoutMinutes };
    }),
  );
}
