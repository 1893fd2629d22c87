import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { containerDifferences, imagesOf } from "./container-difference.ts";

/** The differences that a step makes in a resource's configuration: one line for each key, without secret values. */
export function differences(step: StepEventMetadata): readonly string[] {
  // The engine writes null if there is nothing.
  const [before, after, diffs] = [step.old ?? undefined, step.new ?? undefined, step.diffs ?? []];
  if (before === undefined || after === undefined) return [];
  const [old, now] = [before.inputs, after.inputs] as readonly Properties[];
  const keys = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])].filter(
    (key) => !key.startsWith("__"),
  );
  const changed = keys.filter((key) => !same(old?.[key], now?.[key]) || (diffs.includes(key) && isSecret(now?.[key])));
  return changed.toSorted().flatMap((key) => inWords(key, old?.[key], now?.[key]));
}

type Properties = Readonly<Record<string, unknown>> | undefined;

function inWords(key: string, before: unknown, after: unknown): readonly string[] {
  if (isSecret(before) || isSecret(after)) return [`${key}: a new secret value`];
  if (key === "containerDefinitions") {
    const images = imagesOf(after);
    return [...containerDifferences(before, after), ...(images.length > 0 ? [`with image ${images.join(", ")}`] : [])];
  }
  const [from, to] = [plain(before), plain(after)];
  return [from === undefined || to === undefined ? `${key}: changed` : `${key}: ${from} → ${to}`];
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** How the engine's events write a value that is secret (Pulumi, "Secrets"). */
const isSecret = (value: unknown): boolean => value === "[secret]";

/** How they write a value that is not known yet (pulumi/sdk/go/common/resource/plugin, UnknownStringValue). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that fits on one line; undefined for any other. */
function plain(value: unknown): string | undefined {
  if (value === undefined) return "(none)";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string" || value.includes("\n")) return undefined;
  if (value === unknownValue) return "not known yet";
  return value.length <= 80 && !value.startsWith("{") && !value.startsWith("[") ? value : undefined;
}
