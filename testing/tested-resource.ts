import { arnOf } from "./cloud-state.ts";
import type { Place } from "./place.ts";
import type { Registration } from "./registration.ts";

/** A resource as the program registers it; documents such as policies are objects instead of JSON. */
export interface TestedResource extends Registration {
  /** The ARN that the mocked cloud gives it; empty if the form of the ARNs of its type is not known here. */
  readonly arn: string;
}

/** A registration as a test reads it. */
export function testedResource(registration: Registration, place: Place): TestedResource {
  const { type, name, inputs } = registration;
  return { ...registration, inputs: withDocuments(inputs), arn: arnOf(type, name, inputs, place) ?? "" };
}

/** Inputs of a resource with its JSON documents, such as a policy, as objects. */
export function withDocuments(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, documentOf(key, value)]));
}

/** The one resource of a type and, if it has several, of a name. */
export function onlyOf(resources: readonly TestedResource[], type: string, name?: string): TestedResource {
  const ofType = resources.filter((each) => each.type === type);
  const found = name === undefined ? ofType : ofType.filter((each) => each.name === name);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const names = ofType.map((each) => each.name).join(", ");
  const types = [...new Set(resources.map((each) => each.type))].join(", ");
  throw new Error(
    ofType.length === 0
      ? `${type}: the program registers no resource of this type; choose from ${types}`
      : `${type}: ${name === undefined ? "there are several" : `there is no ${name}`}; choose from ${names}`,
  );
}

const documents = ["policy", "assumeRolePolicy", "containerDefinitions"];

function documentOf(key: string, value: unknown): unknown {
  return documents.includes(key) && typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}
