import * as pulumi from "@pulumi/pulumi";
import { cloud, settled, startCloud } from "./cloud.ts";
import { configText, fullKey, type ConfigValue } from "./configuration.ts";
import { firstFailureOf } from "./first-failure.ts";
import { parametersThere, type Answers } from "./first-up.ts";
import { inFolder, load } from "./load.ts";
import { defaultRegion, placeIn } from "./place.ts";
import { readProject, type ProjectStack } from "./project-files.ts";
import { roleOf, type ManagedPolicies, type TestedRole } from "./role.ts";
import { onlyOf, testedResource, type TestedResource } from "./tested-resource.ts";

/** The stack to be tested, and how its surroundings differ from an empty account. */
export interface TestStackArgs {
  /** Name of the stack, as in Pulumi.<stack>.yaml. */
  readonly stack: string;
  /** Folder of Pulumi.yaml, relative to the working folder. @default - the working folder */
  readonly directory?: string;
  /** Values that replace those of the stack's file, as `{ branch: "main", "aws:region": "eu-west-1" }`. @default - none */
  readonly config?: Readonly<Record<string, ConfigValue>>;
  /**
   * What the provider's functions return, by token such as `aws:ecs/getService:getService`. An answer that throws says
   * that AWS refuses. @default - an account in which nothing runs yet, and in which every parameter exists
   */
  readonly answers?: Answers;
  /** Documents of managed policies that the program attaches but does not create, by ARN. @default - none */
  readonly managedPolicies?: ManagedPolicies;
}

/** What a stack declares. */
export interface TestedStack {
  /** Everything that the program registers, in the order of type and name. */
  readonly resources: readonly TestedResource[];
  /** What the program exports, as plain values, secrets too. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The one resource of this type, such as `aws:ecs/service:Service`, and of this name if there are several. */
  readonly only: (type: string, name?: string) => TestedResource;
  /** The IAM role of this name; throws if the program has none. */
  readonly role: (name: string) => TestedRole;
  /** An ARN in the account and region of the test, as `arn("ecs", "task-definition/shop-staging:7")`. */
  readonly arn: (service: string, resource: string) => string;
}

/**
 * Runs a stack's program in a mocked cloud: nothing is created, and nothing leaves this machine. Rejects with the
 * program's own message if it refuses its configuration.
 */
export function testStack(args: TestStackArgs): Promise<TestedStack> {
  // Pulumi's mocks and the working folder belong to the process, so one program runs at a time.
  const result = last.then(() => run(args));
  last = result.catch(() => undefined);
  return result;
}

let last: Promise<unknown> = Promise.resolve();

async function run(args: TestStackArgs): Promise<TestedStack> {
  const { stack, directory = ".", config = {}, answers = {}, managedPolicies = {} } = args;
  const read = readProject(directory, stack);
  const own = Object.entries(config).map(([key, value]) => [fullKey(read.project, key), configText(value)] as const);
  const all = { ...read.config, ...Object.fromEntries(own) };
  await startCloud({
    project: read.project,
    stack,
    config: all,
    secretKeys: read.secretKeys,
    answers: { ...parametersThere, ...answers },
  });
  const outputs = await inFolder(read.folder, () => firstFailureOf(() => outputsOf(read)));
  const place = placeIn(all["aws:region"] ?? defaultRegion);
  const resources = cloud.map((each) => testedResource(each, place));
  return {
    resources,
    outputs,
    only: (type, name) => onlyOf(resources, type, name),
    role: (name) => roleOf(resources, name, managedPolicies),
    arn: place.arn,
  };
}

/** What a program exports, as plain values, once all its resources are registered. */
async function outputsOf({ program, directory }: ProjectStack): Promise<Readonly<Record<string, unknown>>> {
  try {
    const exported = pulumi.output(await load(program, directory));
    await settled();
    return await (exported as unknown as { promise(): Promise<Readonly<Record<string, unknown>>> }).promise();
  } finally {
    // What a program has begun before it refused must not reach the next test.
    await settled();
  }
}
