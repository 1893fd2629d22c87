import type { ResourceChange } from "./resource-change.ts";

/** The lines of a change: what happens to which resource, and below it the differences in its configuration. */
export const changeLines = ({ what, type, name, differences }: ResourceChange): readonly string[] => [
  `${what}: ${type} ${name}`,
  ...differences.map((line) => `  ${line}`),
];

/**
 * A summary of what an operation did or would do: a line for each kind of change, and one for each service that rolls
 * out.
 */
export function summaryLines(changes: readonly ResourceChange[]): readonly string[] {
  if (changes.length === 0) return ["nothing changes"];
  const ways = (["created", "updated", "replaced", "deleted"] as const).flatMap((what) => {
    const these = changes.filter((change) => change.what === what);
    return these.length === 0 ? [] : [`${these.length} ${what}: ${named(these)}`];
  });
  return [...ways, ...changes.flatMap((change) => rollOut(change, changes))];
}

/** Names a few resources one by one, and many by their types. */
function named(changes: readonly ResourceChange[]): string {
  if (changes.length <= 5) return changes.map(({ type, name }) => `${type} ${name}`).join(", ");
  const types = [...new Set(changes.map(({ type }) => type))].toSorted();
  return types.map((type) => counted(changes.filter((change) => change.type === type).length, type)).join(", ");
}

const counted = (count: number, type: string): string =>
  count === 1 ? `1 ${type}` : `${count} ${type.endsWith("y") ? `${type.slice(0, -1)}ies` : `${type}s`}`;

/** A service whose task definition is replaced rolls out the new revision. */
function rollOut(change: ResourceChange, all: readonly ResourceChange[]): readonly string[] {
  if (change.token !== "aws:ecs/service:Service" || change.what !== "updated") return [];
  const made = all.find(
    ({ token, name, what }) =>
      token === "aws:ecs/taskDefinition:TaskDefinition" && name === change.name && what === "replaced",
  );
  if (made === undefined) return [];
  const images = made.differences.find((line) => line.startsWith("with image"));
  return [`${change.name}: rolls out a new revision${images === undefined ? "" : ` ${images}`}`];
}

/**
 * Changes that a person should agree to: deletions and replacements, except of task definitions, which are replaced by
 * every change.
 */
export const doubtful = (changes: readonly ResourceChange[]): readonly ResourceChange[] =>
  changes.filter(
    ({ what, token }) =>
      what === "deleted" || (what === "replaced" && token !== "aws:ecs/taskDefinition:TaskDefinition"),
  );

/** Whether the pipeline itself changes, which can end a run that is in progress. */
export const changesPipeline = (changes: readonly ResourceChange[]): boolean =>
  changes.some(({ token, what }) => token === "aws:codepipeline/pipeline:Pipeline" && what !== "created");
