import type * as pulumi from "@pulumi/pulumi";
import * as testing from "../../testing/cloud.ts";
import { withDocuments } from "../../testing/tested-resource.ts";
import { titleOf, type Registration } from "../../testing/registration.ts";

export { cloud, settled } from "../../testing/cloud.ts";
export { refusal, type Answer } from "../../testing/first-up.ts";

/** Project, stack, configuration and answers that a test runs with. */
export type CloudArgs = Partial<Omit<testing.CloudArgs, "secretKeys">>;

/** Forgets the last test and starts an empty account: for this project and its stack `staging` unless others are named. */
export async function startCloud(args: CloudArgs = {}): Promise<void> {
  const { stack = "staging", project = "compose-ecs-pipeline", config = {}, answers = {} } = args;
  await testing.startCloud({ project, stack, config, answers });
}

/** A registration as an expectation has it: the names of secrets are among its options, documents are parsed. */
export type Seen = readonly [type: string, name: string, inputs: unknown, options: unknown];

/** Every registration of the current test, in the order of type and name. */
export function seen(): readonly Seen[] {
  return testing.cloud.map(({ type, name, inputs, options, secrets }) => [
    type,
    name,
    withDocuments(inputs),
    { ...options, ...(secrets.length > 0 && { secrets }) },
  ]);
}

/** The one registration of this type, and of this name where there are several. */
export function only(type: string, name?: string): Registration {
  const { cloud } = testing;
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
