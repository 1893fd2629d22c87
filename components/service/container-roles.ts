import * as pulumi from "@pulumi/pulumi";
import type { Application, PolicyStatement } from "../../compose/index.ts";
import { ActorRole } from "../kit/actor-role.ts";
import { decryptParameters } from "../kit/kms-keys.ts";
import type { Names } from "../kit/names.ts";
import { writeLogs, type Statement } from "../kit/statement.ts";

export interface ContainerRolesArgs {
  readonly names: Names;
  readonly application: Application;
  /** Name of the parameter of each Compose variable that is a parameter. */
  readonly parameterNames: Readonly<Record<string, string>>;
  /** ARNs of the KMS keys that encrypt some of the parameters. @default - only Parameter Store's own key */
  readonly parameterKmsKeyArns?: readonly string[] | undefined;
  /** Whether people may open a shell in the containers. @default - false */
  readonly executeCommand?: boolean | undefined;
  /** ARN of the environment's file system. @default - it has none */
  readonly fileSystemArn?: pulumi.Input<string> | undefined;
  /** What the application may do in its stores. @default - nothing */
  readonly storeStatements?: readonly Statement[] | undefined;
  /** What the containers may do beyond the policies of the Compose file. @default - nothing */
  readonly policy?: readonly PolicyStatement[] | undefined;
}

/**
 * The two roles of an environment's containers: ECS starts them with the execution role, and they act with the task
 * role.
 */
export class ContainerRoles extends pulumi.ComponentResource {
  /** The roles and their policies, for resources that start containers. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ContainerRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:ContainerRoles", name, {}, opts);
    const { names } = args;
    const common = {
      service: "ecs-tasks.amazonaws.com",
      accountId: names.place.accountId,
      // A trust policy cannot name a cluster (ECS developer guide, "Amazon ECS task IAM role").
      sourceArn: names.anyEcsResource,
    };
    const execution = new ActorRole(
      `${name}-execution`,
      { ...common, roleName: names.executionRole.name, statements: executionStatements(args) },
      { parent: this },
    );
    const task = new ActorRole(
      `${name}-task`,
      { ...common, roleName: names.taskRole.name, statements: taskStatements(args) },
      { parent: this },
    );
    this.ready = [...execution.ready, ...task.ready];
    this.registerOutputs({});
  }
}

/** What the agent of a session needs (ECS developer guide, "ECS Exec": task role); these four actions take no narrower resource. */
const sessions: Statement = {
  Effect: "Allow",
  Action: [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: "*",
};

/** What ECS needs to start a task (ECS developer guide, "Task execution IAM role"), limited to this environment. */
export function executionStatements(
  args: Pick<ContainerRolesArgs, "names" | "application" | "parameterNames" | "parameterKmsKeyArns">,
): readonly Statement[] {
  const { names, application, parameterNames, parameterKmsKeyArns = [] } = args;
  const { services, release, releaseFiles } = application;
  const containers = [...services.flatMap((task) => task.containers), ...release, ...Object.values(releaseFiles)];
  const variables = containers.flatMap(({ secrets }) => Object.values(secrets));
  const parameters = [...new Set(variables.map((variable) => parameterNames[variable] ?? variable))].toSorted();
  const statements: Statement[] = [
    // Takes no narrower resource.
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: application.images.length === 0 ? [] : names.repository("*").arn,
    },
    writeLogs(names.logGroup.arn),
    {
      Effect: "Allow",
      Action: "ssm:GetParameters",
      Resource: parameters.map((parameter) => names.parameterArn(parameter)),
    },
    ...decryptParameters(names, parameterKmsKeyArns, parameters),
  ];
  // A statement without a resource is not valid.
  return statements.filter(({ Resource }) => !Array.isArray(Resource) || Resource.length > 0);
}

/**
 * What the containers themselves may do on AWS: the policies of the Compose file and of the program, and access to their
 * files and stores.
 */
export function taskStatements(
  args: Pick<ContainerRolesArgs, "application" | "executeCommand" | "fileSystemArn" | "storeStatements" | "policy">,
): readonly Statement[] {
  const { application, executeCommand, fileSystemArn, storeStatements = [], policy = [] } = args;
  const asked = [...application.policy, ...policy].map(({ actions, resources }): Statement => ({
    Effect: "Allow",
    Action: actions,
    Resource: resources,
  }));
  const files = fileSystemArn === undefined ? [] : [mountFiles(application, fileSystemArn)];
  return [...asked, ...files, ...storeStatements, ...(executeCommand === true ? [sessions] : [])];
}

/** "Using IAM to control file system data access", EFS user guide; no client has root access to a folder. */
function mountFiles({ efs, services, release }: Application, Resource: pulumi.Input<string>): Statement {
  const containers = [...services.flatMap((task) => task.containers), ...release];
  const writes = containers.some(({ mounts }) => mounts.some(({ volume, readOnly }) => volume in efs && !readOnly));
  const mount = "elasticfilesystem:ClientMount";
  return { Effect: "Allow", Action: writes ? [mount, "elasticfilesystem:ClientWrite"] : mount, Resource };
}
