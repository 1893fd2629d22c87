import * as pulumi from "@pulumi/pulumi";
import { stateOf, accountId, region } from "./cloud-state.ts";
import { registrationOf, titleOf, type Registration, type Request } from "./registration.ts";

/** The answer to one of the provider's functions; throws where AWS would refuse. */
export type Answer = (inputs: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Project, stack, configuration and answers that a test runs with. */
export interface CloudArgs {
  /** @default - `staging` */
  readonly stack?: string;
  /** @default - `compose-ecs-pipeline` */
  readonly project?: string;
  /** Configuration by full key, such as `compose-ecs-pipeline:branch`. @default - none */
  readonly config?: Readonly<Record<string, string>>;
  /** Answers by token, such as `aws:ecs/getService:getService`. @default - an account in which nothing runs yet */
  readonly answers?: Readonly<Record<string, Answer>>;
}

/** Every registration of the current test; in order of type and name once it is `settled`. */
export const cloud: Registration[] = [];

/** Forgets the last test and starts an empty account that records what is registered. */
export async function startCloud({
  stack = "staging",
  project = "compose-ecs-pipeline",
  config = {},
  answers = {},
}: CloudArgs = {}): Promise<void> {
  cloud.length = 0;
  pulumi.runtime.setAllConfig({ "aws:region": region, ...config });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => stateOf(type, name, inputs as Record<string, unknown>, id),
      call: ({ token, inputs }) => answer({ ...firstUp, ...answers }, token, inputs as Record<string, unknown>),
    },
    project,
    stack,
  );
  record();
}

/** Waits until every registration is in and puts them in order, since registrations follow promises. */
export async function settled(): Promise<void> {
  await pulumi.runtime.disconnect();
  cloud.sort((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
}

/** A registration as an expectation has it: the names of secrets are among its options, documents are parsed. */
export type Seen = readonly [type: string, name: string, inputs: unknown, options: unknown];

/** Every registration of the current test, in the order of type and name. */
export function seen(): readonly Seen[] {
  return cloud.map(({ type, name, inputs, options, secrets }) => [
    type,
    name,
    Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, documentOf(key, value)])),
    { ...options, ...(secrets.length > 0 && { secrets }) },
  ]);
}

/** The one registration of this type, and of this name where there are several. */
export function only(type: string, name?: string): Registration {
  const found = cloud.filter((each) => each.type === type && (name === undefined || each.name === name));
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`${type} ${name ?? ""}: ${found.length} registrations; of ${cloud.map(titleOf).join(", ")}`);
  }
  return first;
}

/** A value that an output carries once everything is registered; rejects where the output fails. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

/** What the provider's functions return where no stack exists yet. */
const firstUp: Readonly<Record<string, Answer>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    id: accountId,
    userId: accountId,
  }),
  "aws:index/getRegion:getRegion": () => ({
    id: region,
    name: region,
    region,
    description: "US East (N. Virginia)",
    endpoint: "ec2.us-east-1.amazonaws.com",
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
    id: region,
    region,
    groupNames: [],
    zoneIds: [],
    names: ["a", "b", "c"].map((zone) => `${region}${zone}`),
  }),
  "aws:ec2/getSubnets:getSubnets": () => ({ ids: [] }),
  "aws:ecs/getService:getService": () => {
    throw refusal("no matching ECS Service found");
  },
};

function answer(
  answers: Readonly<Record<string, Answer>>,
  token: string,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const found = answers[token];
  if (found === undefined) {
    throw refusal(`${token}: the test has no answer to ${JSON.stringify(inputs)}; give one in startCloud`);
  }
  return found(inputs);
}

/** A provider's error, in the form the engine hands it on. */
export function refusal(details: string): Error {
  return Object.assign(new Error(details), { details });
}

function record(): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: Request, callback: unknown): Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    cloud.push(registrationOf(request));
    await register(request, callback);
  };
}

const documents = ["policy", "assumeRolePolicy", "containerDefinitions"];

function documentOf(key: string, value: unknown): unknown {
  return documents.includes(key) && typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}
