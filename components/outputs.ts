import * as pulumi from "@pulumi/pulumi";
import { version } from "./kit/version.ts";
import type { EnvironmentPlan } from "./plan.ts";

/** What people and verbs read of an environment: the stack's output `environment`. It holds no secret. */
export interface EnvironmentOutputs {
  /** A new number means that verbs of older programs cannot read the output. */
  readonly format: 1;
  /** Version of the program that made the environment. */
  readonly version: string;
  readonly region: string;
  readonly accountId: string;
  /** Address of the application. @default - none, because no container publishes a port */
  readonly url?: string | undefined;
  readonly pipelineName: string;
  readonly clusterName: string;
  /** Names of the ECS services; the task definition family of each has the same name. */
  readonly serviceNames: readonly string[];
  /** Task definition families of the release tasks, in the order they run. */
  readonly releaseFamilies: readonly string[];
  /** Hash of the template that this `up` wanted, by ECS service. */
  readonly templates: Readonly<Record<string, string>>;
  /** ARN of the last revision that Pulumi created, by family; release tasks are included. */
  readonly madeRevisions: Readonly<Record<string, string>>;
  /** The minimum and maximum number of tasks of each ECS service. */
  readonly taskCounts: Readonly<Record<string, { readonly least: number; readonly most: number }>>;
  /** Alarms that roll a deployment back. */
  readonly deploymentAlarms: readonly string[];
  /** Repository URI by image. */
  readonly repositories: Readonly<Record<string, string>>;
  /** Log group of the containers. */
  readonly logGroup: string;
  /** Path with which the names of the application's parameters begin. */
  readonly parameterPath: string;
  /** Name of the parameter that holds a rollback while it exists. */
  readonly rollbackHold: string;
  /** Name of the parameter that says who is changing the environment now. */
  readonly verbLock: string;
}

/** The same outputs as a program exports them: some values are known only when a resource exists. */
export type ExportedOutputs = { readonly [Key in keyof EnvironmentOutputs]: pulumi.Input<EnvironmentOutputs[Key]> };

/** What index.ts has created and the outputs describe. */
export interface CreatedParts {
  readonly repositories: Readonly<Record<string, pulumi.Output<string>>>;
  readonly cluster: { readonly releaseRevisions: Readonly<Record<string, pulumi.Output<string>>> };
  readonly balancer: { readonly url: pulumi.Output<string> } | undefined;
  readonly services: readonly {
    readonly family: string;
    readonly serviceName: pulumi.Output<string>;
    readonly revisionArn: pulumi.Output<string>;
  }[];
  readonly pipeline: { readonly pipelineName: pulumi.Output<string> };
}

/** The outputs of an environment that was created from this plan. */
export function outputsOf({ names, services, release }: EnvironmentPlan, created: CreatedParts): ExportedOutputs {
  const { balancer, cluster, pipeline, repositories } = created;
  const families = created.services.map(({ family, revisionArn }) => [family, revisionArn] as const);
  const ofReleases = Object.entries(cluster.releaseRevisions).map(
    ([name, arn]) => [names.releaseFamily(name), arn] as const,
  );
  const counts = services.map(
    ({ service, scaling }) => [service.name, { least: scaling.desiredCount, most: scaling.maximumCount }] as const,
  );
  return {
    format: 1,
    version,
    region: names.place.region,
    accountId: names.place.accountId,
    url: balancer?.url,
    pipelineName: pipeline.pipelineName,
    clusterName: names.cluster.name,
    serviceNames: pulumi.all(created.services.map(({ serviceName }) => serviceName)),
    releaseFamilies: release.application.release.map(({ name }) => names.releaseFamily(name)),
    templates: Object.fromEntries(services.map(({ service, template }) => [service.name, template.hash])),
    madeRevisions: pulumi.output(Object.fromEntries([...families, ...ofReleases])),
    taskCounts: Object.fromEntries(counts),
    deploymentAlarms: services.flatMap(({ alarms }) => alarms ?? []),
    repositories: pulumi.output(repositories),
    logGroup: names.logGroup.name,
    parameterPath: names.parameterPath,
    rollbackHold: names.rollbackHold,
    verbLock: names.verbLock,
  };
}
