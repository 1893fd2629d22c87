import { isDeepStrictEqual } from "node:util";
import type { ContainerView, RevisionView, Settings } from "./revision-view.ts";

/** The differences between two revisions of a service: one line each, with keys and never with values. */
export function revisionChanges(from: RevisionView, to: RevisionView): readonly string[] {
  const before = new Map(from.containers.map((container) => [container.name, container]));
  const after = new Map(to.containers.map((container) => [container.name, container]));
  return [
    ...to.containers.flatMap((container) => containerChanges(before.get(container.name), container)),
    ...[...before.keys()].filter((name) => !after.has(name)).map((name) => `${name}: the container is removed`),
    ...(from.cpu === to.cpu ? [] : [`CPU units: ${from.cpu} → ${to.cpu}`]),
    ...(from.memory === to.memory ? [] : [`memory MiB: ${from.memory} → ${to.memory}`]),
    ...keyChanges("task", from.settings, to.settings),
    ...(templateOf(from) === templateOf(to) ? [] : ["template: a different one"]),
  ];
}

function containerChanges(before: ContainerView | undefined, { name, image, ...after }: ContainerView) {
  if (before === undefined) return [`${name}: the container is added, ${image}`];
  return [
    ...(before.image === image ? [] : [`${name}: ${before.image} → ${image}`]),
    ...keyChanges(`${name}: environment`, before.environment, after.environment),
    ...keyChanges(`${name}: secrets`, before.secrets, after.secrets),
    ...keyChanges(name, before.settings, after.settings),
  ];
}

function keyChanges(what: string, before: Settings, after: Settings): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const words = keys.flatMap((key) => {
    if (!Object.hasOwn(after, key)) return [`${key} removed`];
    if (!Object.hasOwn(before, key)) return [`${key} added`];
    return isDeepStrictEqual(before[key], after[key]) ? [] : [`${key} changed`];
  });
  return words.length === 0 ? [] : [`${what}: ${words.join(", ")}`];
}

const templateOf = ({ containers }: RevisionView): string => containers.map(({ template }) => template ?? "").join();
