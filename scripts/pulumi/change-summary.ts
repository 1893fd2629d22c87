import type { ResourceChange } from "./resource-change.ts";

/** A change as lines of a log: what happens to which resource, and below it what of its configuration is another. */
export const changeLines = ({ what, type, name, differences }: ResourceChange): readonly string[] => [
  `${what}: ${type} ${name}`,
  ...differences.map((line) => `  ${line}`),
];

/** What an operation did, or would do, in words: a line for each way to change, and one for each service that rolls. */
export function summaryLines(changes: readonly ResourceChange[]): readonly string[] {
  if (changes.length === 0) return ["nothing changes"];
  const ways = (["created", "updated", "replaced", "deleted"] as const).flatMap((what) => {
    const these = changes.filter((change) => change.what === what);
    return these.length === 0 ? [] : [`${these.length} ${what}: ${named(these)}`];
  });
  return [...ways, ...changes.flatMap((change) => rollOut(change, changes))];
}

/** A few by name, many by their types. */
function named(changes: readonly ResourceChange[]): string {
  if (changes.length <= 5) return changes.map(({ type, name }) => `${type} ${name}`).join(", ");
  const types = [...new Set(changes.map(({ type }) => type))].toSorted();
  return types.map((type) => counted(changes.filter((change) => change.type === type).length, type)).join(", ");
}

const counted = (count: number, type: string): string =>
  count === 1 ? `1 ${type}` : `${count} ${type.endsWith("y") ? `${type.slice(0, -1)}ies` : `${type}s`}`;

/** A service whose task definition is replaced rolls over to the new revision. */
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

/** Resources whose loss or new identity a person should have agreed to; a task definition is replaced all the time. */
export const doubtful = (changes: readonly ResourceChange[]): readonly ResourceChange[] =>
  changes.filter(
    ({ what, token }) =>
      what === "deleted" || (what === "replaced" && token !== "aws:ecs/taskDefinition:TaskDefinition"),
  );

/** Whether the pipeline itself becomes another, which can end a run that is under way. */
export const changesPipeline = (changes: readonly ResourceChange[]): boolean =>
  changes.some(({ token, what }) => token === "aws:codepipeline/pipeline:Pipeline" && what !== "created");
