import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentPlan } from "./plan.ts";

/** What an environment tells people and verbs: the stack's output `environment`. It holds no secret. */
export interface EnvironmentOutputs {
  /** Changes when a verb of an older program could no longer read it. */
  readonly format: 1;
  readonly region: string;
  readonly accountId: string;
  /** Address of the application. @default - no container publishes a port */
  readonly url?: string | undefined;
  readonly pipelineName: string;
  readonly clusterName: string;
  /** ECS services; each one's task definition family has its name. */
  readonly serviceNames: readonly string[];
  /** Task definition families of the release tasks, in the order they run. */
  readonly releaseFamilies: readonly string[];
  /** Hash of the template that this `up` wanted, by ECS service. */
  readonly templates: Readonly<Record<string, string>>;
  /** ARN of the revision that Pulumi made last, by family, also of release tasks. */
  readonly madeRevisions: Readonly<Record<string, string>>;
  /** How many tasks each ECS service runs. */
  readonly taskCounts: Readonly<Record<string, { readonly least: number; readonly most: number }>>;
  /** Alarms that roll a deployment back. */
  readonly deploymentAlarms: readonly string[];
  /** Repository URI by image. */
  readonly repositories: Readonly<Record<string, string>>;
  /** Log group of the containers. */
  readonly logGroup: string;
  /** Begins the names of the application's parameters. */
  readonly parameterPath: string;
  /** Parameter that holds a rollback while it exists. */
  readonly rollbackHold: string;
  /** Parameter that says who changes the environment now. */
  readonly verbLock: string;
}

/** The same as a program exports it: some values are known only once a resource exists. */
export type ExportedOutputs = { readonly [Key in keyof EnvironmentOutputs]: pulumi.Input<EnvironmentOutputs[Key]> };

/** What index.ts has created and the outputs tell of. */
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

/** The outputs of an environment that was created after this plan. */
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
