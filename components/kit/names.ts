import { createHash } from "node:crypto";

/**
 * The AWS partition, region and account of an environment: plain text, so that ARNs are known before anything exists.
 */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** The bucket through which the actions of a pipeline pass on their artifacts. */
export interface ArtifactStore {
  readonly name: string;
  readonly arn: string;
  /** ARN of the KMS key that encrypts it. @default - S3's own keys (SSE-S3) */
  readonly keyArn?: string | undefined;
}

/** Every physical name and ARN of an environment that another program, a policy or a person must know. */
export type Names = ReturnType<typeof namesOf>;

/** The names of one ECS service of an environment. */
export type ServiceNames = ReturnType<Names["service"]>;

/**
 * The names of one environment of an application in one AWS account and region; no other part of the program makes up
 * names. `artifactKeyArn` is the ARN of the KMS key of the artifacts, if there is one.
 */
export function namesOf(app: string, environment: string, place: Place, artifactKeyArn?: string) {
  const prefix = `${app}-${environment}`;
  const { partition, region, accountId } = place;
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const role = (actor: string) => ({
    name: `${prefix}-${actor}`,
    arn: `arn:${partition}:iam::${accountId}:role/${prefix}-${actor}`,
  });
  const project = (purpose: string) => projectNames(place, `${prefix}-${purpose}`);
  const logGroup = (name: string) => ({ name, arn: arn("logs", `log-group:${name}`) });
  /** The names of an ECS service, by its name in `x-ecs`; that of the environment's own service is empty. */
  const service = (purpose: string) => {
    const name = purpose === "" ? prefix : `${prefix}-${purpose}`;
    return {
      name,
      /** Task definition family. */
      family: name,
      /** The pipeline's action that deploys it, and the file that this action reads. */
      deployAction: purpose === "" ? "Deploy" : `Deploy-${purpose}`,
      imageDefinitions: purpose === "" ? "imagedefinitions.json" : `imagedefinitions-${purpose}.json`,
    };
  };
  const bucket = (purpose: string) => {
    const name = `${prefix}-${purpose}-${accountId}-${region}`;
    return { name, arn: `arn:${partition}:s3:::${name}` };
  };

  return {
    prefix,
    place,
    /** Pattern of every ECS resource of the account and region. */
    anyEcsResource: arn("ecs", "*"),
    /** Patterns of every scalable target of Application Auto Scaling, and of every alarm. */
    anyScalableTarget: arn("application-autoscaling", "scalable-target/*"),
    anyAlarm: arn("cloudwatch", "alarm:*"),
    cluster: { name: prefix, arn: arn("ecs", `cluster/${prefix}`) },
    /** Beginning of the ARN of every service of the environment. */
    services: arn("ecs", `service/${prefix}/`),
    /** Patterns of every service of the environment, its deployments and its revisions: a list could become too long for a policy. */
    everyService: {
      arn: arn("ecs", `service/${prefix}/*`),
      deployments: arn("ecs", `service-deployment/${prefix}/*`),
      revisions: arn("ecs", `service-revision/${prefix}/*`),
    },
    service,
    /**
     * The name of a target group: the balancer's own, or that of an ECS service with a rule. The service's name is
     * shortened to a digest, because ELB allows 32 characters.
     */
    targetGroup: (ruled?: string) => (ruled === undefined ? prefix : `${prefix}-${shortDigest(ruled)}`),
    /** Cloud Map namespace of the environment's ECS services. */
    namespace: prefix,
    tasks: arn("ecs", `task/${prefix}/*`),
    /** The task definition family of a Compose service of the profile `release`. */
    releaseFamily: (service: string) => `${prefix}-${service}`,
    /** Patterns of every revision of a service or a release task of the environment. */
    taskDefinitions: [prefix, `${prefix}-*`].map((family) => arn("ecs", `task-definition/${family}:*`)),
    /** Beginning of the ARN of every revision of such a family. */
    releaseDefinitions: arn("ecs", `task-definition/${prefix}-`),
    /** Roles of the containers: the execution role starts them, the task role is what they act as. */
    executionRole: role("execution"),
    taskRole: role("task"),
    logGroup: logGroup(`/ecs/${prefix}`),
    /** The repository of an image, of this environment by default. */
    repository: (image: string, of = environment) => ({
      name: `${app}/${of}/${image}`,
      arn: arn("ecr", `repository/${app}/${of}/${image}`),
    }),
    parameterPath: `/${app}/${environment}`,
    releasePath: `/${app}/${environment}/.release`,
    /** While this parameter exists, a rollback is held: `up` does not change the running revision. */
    rollbackHold: `/${app}/${environment}/.release/rollback-hold`,
    /** This parameter says who is changing the environment now. */
    verbLock: `/${app}/${environment}/.release/lock`,
    parameterArn: (name: string) => parameterArn(place, name),
    build: project("build"),
    buildReports: arn("codebuild", `report-group/${prefix}-build-*`),
    images: project("images"),
    migrate: project("migrate"),
    verify: project("verify"),
    pipeline: pipelineNames(place, prefix),
    /** CloudWatch's dashboard of the environment. */
    dashboard: prefix,
    /** The topic that tells people how releases ended. */
    topic: { name: prefix, arn: arn("sns", prefix) },
    /** The function that writes the messages. */
    notify: {
      name: `${prefix}-notify`,
      role: role("notify"),
      logGroup: logGroup(`/aws/lambda/${prefix}-notify`),
    },
    /** An EventBridge rule that watches for a kind of event. */
    rule: (what: string) => `${prefix}-${what}`,
    accessLogBucket: `${prefix}-access-${accountId}-${region}`,
    flowLogBucket: `${prefix}-flow-${accountId}-${region}`,
    artifactBucket: { ...bucket("artifacts"), keyArn: artifactKeyArn },
    /** Where a build finds the program that it runs; only `up` writes there. */
    programBucket: bucket("program"),
    /** Where the application keeps files. */
    filesBucket: bucket("files"),
    /**
     * The server, the database in it, and the parameter of its password. The host of its URL begins with the
     * identifier.
     */
    database: {
      identifier: prefix,
      database: prefix.replaceAll("-", "_"),
      password: `/${app}/${environment}/.database/password`,
    },
    /** The Redis or Valkey server, and the parameter of its token. */
    cache: { identifier: prefix, token: `/${app}/${environment}/.cache/token` },
  };
}

/** The names of one CodeBuild project, its role and its log group; all follow from the project's name. */
export function projectNames({ partition, region, accountId }: Place, name: string) {
  const logGroup = `/aws/codebuild/${name}`;
  return {
    name,
    arn: `arn:${partition}:codebuild:${region}:${accountId}:project/${name}`,
    role: { name, arn: `arn:${partition}:iam::${accountId}:role/${name}` },
    logGroup: { name: logGroup, arn: `arn:${partition}:logs:${region}:${accountId}:log-group:${logGroup}` },
  };
}

/**
 * The names of one pipeline and its role, and of the rule that starts it when its source reports an event; all follow
 * from the pipeline's name.
 */
export function pipelineNames({ partition, region, accountId }: Place, name: string) {
  const role = (actor: string) => ({
    name: `${name}-${actor}`,
    arn: `arn:${partition}:iam::${accountId}:role/${name}-${actor}`,
  });
  const rule = `${name}-start`;
  return {
    name,
    arn: `arn:${partition}:codepipeline:${region}:${accountId}:${name}`,
    role: role("pipeline"),
    start: { name: rule, arn: `arn:${partition}:events:${region}:${accountId}:rule/${rule}`, role: role("start") },
  };
}

/** ARN of the parameter of this name. */
export const parameterArn = ({ partition, region, accountId }: Place, name: string): string =>
  `arn:${partition}:ssm:${region}:${accountId}:parameter${name.startsWith("/") ? "" : "/"}${name}`;

/** Six hexadecimal digits that represent a longer name. */
const shortDigest = (name: string): string => createHash("sha256").update(name).digest("hex").slice(0, 6);
