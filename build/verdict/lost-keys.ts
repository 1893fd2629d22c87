import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { ownLabels, templateLabel } from "../../compose/index.ts";

/** Keys in which a deployed revision differs from the one that `up` made of the same template. */
export interface LostKeys {
  /** Keys that change what the tasks do. */
  readonly heavy: readonly string[];
  /** Keys that only matter when a task recovers from a failure, or when someone looks at it. */
  readonly light: readonly string[];
}

/**
 * Compares a deployed revision with the one that `up` made, key by key: `KEY`, or `CONTAINER: KEY`, with `missing`,
 * `added` or `different`. CodePipeline's ECS action registers a copy with other images, and its copy lacks the fields that it does
 * not know. Images of `released` containers are not compared. Undefined if the two are not of one template.
 */
export function lostKeys(
  meant: TaskDefinition,
  deployed: TaskDefinition,
  released: readonly string[],
): LostKeys | undefined {
  const template = templateOf(meant);
  if (template === "" || template !== templateOf(deployed)) return undefined;
  const found = [
    ...differences("", described(meant, taskOwn), described(deployed, taskOwn)),
    ...(meant.containerDefinitions ?? []).flatMap((one) => {
      const other = deployed.containerDefinitions?.find(({ name }) => name === one.name);
      return containerDifferences(one, other, released);
    }),
    ...(deployed.containerDefinitions ?? [])
      .filter(({ name }) => meant.containerDefinitions?.some((one) => one.name === name) !== true)
      .map(({ name = "" }): Difference => ({ where: "", key: name, what: "added" })),
  ];
  const isLight = ({ key }: Difference): boolean => lightKeys.has(key.split(".")[0] ?? "");
  const said = ({ where, key, what }: Difference): string => `${where}${key}: ${what}`;
  return {
    heavy: found.filter((one) => !isLight(one)).map(said),
    light: found.filter(isLight).map(said),
  };
}

interface Difference {
  /** Empty for the task, else the container's name with a colon. */
  readonly where: string;
  /** A key of ECS's API; keys in it follow after a point, and so do the names of variables, secrets and the like. */
  readonly key: string;
  readonly what: "missing" | "added" | "different";
}

/** Keys without a part in how an application runs: for restarts, digests, experiments, limits of time, and labels. */
const lightKeys: ReadonlySet<string> = new Set([
  ...["versionConsistency", "restartPolicy", "enableFaultInjection", "startTimeout", "stopTimeout"],
  ...["interactive", "pseudoTerminal", "dockerLabels"],
]);

/** What ECS writes into each revision that it registers (ECS API reference, TaskDefinition); containers are compared one by one. */
const taskOwn: ReadonlySet<string> = new Set([
  ...["taskDefinitionArn", "revision", "status", "registeredAt", "registeredBy", "deregisteredAt", "deleteRequestedAt"],
  ...["compatibilities", "requiresAttributes", "containerDefinitions"],
]);

/** The hash of the template of a revision: the label that each of its containers has. */
const templateOf = ({ containerDefinitions = [] }: TaskDefinition): string =>
  [...new Set(containerDefinitions.map(({ dockerLabels }) => dockerLabels?.[templateLabel] ?? ""))].join();

function containerDifferences(
  meant: ContainerDefinition,
  deployed: ContainerDefinition | undefined,
  released: readonly string[],
): readonly Difference[] {
  const { name = "" } = meant;
  if (deployed === undefined) return [{ where: "", key: name, what: "missing" }];
  const own: ReadonlySet<string> = new Set(released.includes(name) ? ["image"] : []);
  return differences(`${name}: `, described(meant, own), described(deployed, own));
}

/** A definition as keys and values, without keys that are not compared. */
function described(definition: object, without: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(definition).filter(([key]) => !without.has(key)));
}

/** The keys of `meant` that `deployed` lacks or has another value of; a key in an object is named by its path. */
function differences(
  where: string,
  meant: Readonly<Record<string, unknown>>,
  deployed: Readonly<Record<string, unknown>>,
  path = "",
): readonly Difference[] {
  const keys = [...new Set([...Object.keys(meant), ...Object.keys(deployed)])].toSorted();
  return keys.flatMap((key): readonly Difference[] => {
    const [one, other] = [named(meant[key], deployed[key]), named(deployed[key], meant[key])];
    if (canonical(one) === canonical(other) || `${path}${key}`.startsWith(`dockerLabels.${ownLabels}`)) return [];
    if (isRecord(one) && isRecord(other)) return differences(where, one, other, `${path}${key}.`);
    const what = isEmpty(other) ? "missing" : isEmpty(one) ? "added" : "different";
    return [{ where, key: `${path}${key}`, what }];
  });
}

/**
 * A list whose members have names, such as variables and secrets, as a record of these, and so an empty value if the
 * other one is such a list; anything else as it is.
 */
function named(value: unknown, other: unknown): unknown {
  const members = isEmpty(value) ? isNamed(other) && [] : isNamed(value) && value;
  return members === false ? value : Object.fromEntries(members.map((member) => [member.name, canonical(member)]));
}

/** Whether a value is a list of objects with a name each, and no name is there twice. */
function isNamed(value: unknown): value is readonly { readonly name: string }[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const names = new Set(value.map(nameOf));
  return names.size === value.length && !names.has(undefined);
}

const nameOf = (member: unknown): string | undefined =>
  isRecord(member) && typeof member["name"] === "string" ? member["name"] : undefined;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** ECS answers with an empty list, or leaves the key out. */
const isEmpty = (value: unknown): boolean => canonical(value) === "";

/**
 * JSON with the keys of every object sorted, and the objects of every list: ECS keeps no order of variables, secrets or
 * mounts. Nothing for what is empty, whichever way ECS writes that.
 */
function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const parts = value.map(canonical);
    return parts.length === 0 ? "" : `[${(value.every(isRecord) ? parts.toSorted() : parts).join()}]`;
  }
  if (!isRecord(value)) return value === undefined || value === null ? "" : JSON.stringify(value);
  const parts = Object.keys(value)
    .toSorted()
    .map((key) => [key, canonical(value[key])] as const)
    .filter(([, text]) => text !== "");
  return parts.length === 0 ? "" : `{${parts.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join()}}`;
}
