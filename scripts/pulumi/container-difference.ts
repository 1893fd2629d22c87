import { parametersLabel } from "../../compose/index.ts";
import { commitOf, partsOf } from "../kit/image-view.ts";

/** The differences between the containers of two task definitions, which are given as ECS's JSON, in words. */
export function containerDifferences(before: unknown, after: unknown): readonly string[] {
  const [old, now] = [containers(before), containers(after)];
  if (old === undefined || now === undefined) return ["containers: not known yet"];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].toSorted();
  return names.flatMap((name) => {
    const [from, to] = [old[name], now[name]];
    if (to === undefined) return [`container ${name}: removed`];
    if (from === undefined) return [`container ${name}: added`];
    return changesOf(from, to).map((line) => `container ${name}: ${line}`);
  });
}

/** The images of a task definition's containers, each once, in short form: `web:8cf40f2`. */
export function imagesOf(json: unknown): readonly string[] {
  return [...new Set(Object.values(containers(json) ?? {}).map(({ image = "" }) => shortImage(image)))];
}

/** An image without its registry, and with a shortened digest. */
const shortImage = (image: string): string =>
  image.slice(image.lastIndexOf("/") + 1).replace(/@sha256:([0-9a-f]{12}).*/, "@$1");

interface Definition extends Readonly<Record<string, unknown>> {
  readonly name?: string;
  readonly image?: string;
  readonly environment?: readonly { readonly name: string; readonly value?: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly dockerLabels?: Readonly<Record<string, string>>;
}

/** Containers by name; undefined if the text is not known, as before an image's repository exists. */
function containers(json: unknown): Readonly<Record<string, Definition>> | undefined {
  try {
    const list = JSON.parse(String(json)) as unknown;
    if (!Array.isArray(list)) return undefined;
    return Object.fromEntries((list as readonly Definition[]).map((each) => [each.name ?? "", each]));
  } catch {
    return undefined;
  }
}

function changesOf(old: Definition, now: Definition): readonly string[] {
  const environment = compare(variables(old), variables(now), (name, from, to) => `${name} ${from} → ${to}`);
  const secrets = compare(sources(old), sources(now), (name, _from, to) => `${name} is read from parameter ${to}`);
  // A parameter with a new version is already in the list.
  const values = compare(parameterVersions(old), parameterVersions(now), (name) =>
    sources(old)[name] === sources(now)[name] ? `${name} has a new value` : undefined,
  );
  const image =
    isConfiguration(now.image) && old.image !== now.image ? [`image ${old.image ?? ""} → ${now.image ?? ""}`] : [];
  const told = ["name", "image", "environment", "secrets", "dockerLabels"];
  const others = [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((key) => !told.includes(key) && JSON.stringify(old[key]) !== JSON.stringify(now[key]))
    .toSorted()
    .map((key) => otherInWords(key, old[key], now[key]));
  return [...image, ...environment, ...secrets, ...values, ...others];
}

/**
 * Whether the Compose file names the image. The pipeline decides which commit's built image runs, so that is not a
 * change of an `up`.
 */
function isConfiguration(image = ""): boolean {
  const { tag, digest } = partsOf(image);
  return commitOf(image) === undefined && digest === undefined && tag !== "latest";
}

type Texts = Readonly<Record<string, string>>;

const variables = ({ environment = [] }: Definition): Texts =>
  Object.fromEntries(environment.map(({ name, value = "" }) => [name, value]));

/** The parameter that each secret is read from, by name instead of ARN. */
const sources = ({ secrets = [] }: Definition): Texts =>
  Object.fromEntries(secrets.map(({ name, valueFrom }) => [name, valueFrom.replace(/^arn:.*?:parameter/, "")]));

/** Versions of the parameters that a container reads, from its label. */
function parameterVersions({ dockerLabels = {} }: Definition): Texts {
  try {
    const versions = JSON.parse(dockerLabels[parametersLabel] ?? "{}") as Record<string, number>;
    return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, String(version)]));
  } catch {
    return {};
  }
}

function compare(
  old: Texts,
  now: Texts,
  changed: (name: string, from: string, to: string) => string | undefined,
): readonly string[] {
  const inWords = (name: string, from: string | undefined, to: string | undefined) => {
    if (to === undefined) return `${name} removed`;
    return changed(name, from ?? "(none)", to);
  };
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].toSorted();
  return names.flatMap((name) => {
    const [from, to] = [old[name], now[name]];
    if (from === to) return [];
    const line = inWords(name, from, to);
    return line === undefined ? [] : [line];
  });
}

function otherInWords(key: string, from: unknown, to: unknown): string {
  const [before, after] = [inLine(from), inLine(to)];
  return before === undefined || after === undefined ? `${key} changed` : `${key} ${before} → ${after}`;
}

function inLine(value: unknown): string | undefined {
  if (value === undefined) return "(none)";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.every((one) => typeof one === "string") ? inLine(value.join(" ")) : undefined;
  return typeof value === "string" && !value.includes("\n") && value.length <= 80 ? value : undefined;
}
