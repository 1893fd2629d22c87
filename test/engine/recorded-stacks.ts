import type { EveryOption } from "./every-option.ts";
import { type Cloud, emptyCloud } from "./recording-cloud.ts";

/** A stack with every option as an earlier program left it, and the cloud behind it. */
export interface RecordedStack extends EveryOption {
  readonly cloud: Cloud;
  readonly resources: readonly RecordedResource[];
}

/** A resource of a stack's state. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  readonly parent?: string;
  readonly provider?: string;
}

/** Stacks of one commit, with their Compose files. */
export interface Recording {
  readonly files: Readonly<Record<string, string>>;
  readonly stacks: readonly RecordedStack[];
}

type Properties = Readonly<Record<string, unknown>>;

/** What a recording has instead of the start of a URN and the name of the environment, and before the number of a text. */
const marks = { urn: "@@", environment: "%env%", text: "%text% " } as const;

/** Longer strings are separate lines: buildspecs, programs, Compose files. */
const longest = 300;

/**
 * A recording as lines of JSON: first each long text once, then the files, then the stacks, then each resource once, with the
 * numbers of the stacks that have it. Outputs that repeat an input are left out; so is what the engine works out itself.
 */
export function pack({ files, stacks }: Recording): string {
  const texts = new Map<string, string>();
  const resources = new Map<string, number[]>();
  const shorten = (value: unknown): unknown => {
    if (typeof value !== "string" || value.length <= longest) return mapped(value, shorten);
    if (!texts.has(value)) texts.set(value, marks.text + String(texts.size));
    return texts.get(value);
  };
  const heads = stacks.map(({ resources: own, environment, cloud, ...stack }, index) => {
    for (const resource of own) {
      const line = JSON.stringify(shorten(marked(slim(resource), environment)));
      resources.set(line, [...(resources.get(line) ?? []), index]);
    }
    // The resources have it, too.
    const revisions = cloud.revisions.map((revision) => ({ ...revision, settings: {} }));
    return {
      environment,
      ...(shorten(marked({ ...stack, cloud: { ...cloud, revisions, named: {} } }, environment)) as object),
    };
  });
  const shortFiles = shorten(files);
  return [
    ...[...texts.keys()].map((text) => JSON.stringify({ text })),
    JSON.stringify({ files: shortFiles }),
    ...heads.map((stack) => JSON.stringify({ stack })),
    ...[...resources].map(([line, of]) => `{"of":${JSON.stringify(of)},"resource":${line}}`),
    "",
  ].join("\n");
}

/** Reads what `pack` wrote. */
export function unpack(recording: string): Recording {
  const lines = recording
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const texts = lines.flatMap(({ text }) => text ?? []);
  const lengthen = (value: unknown): unknown =>
    typeof value === "string" && value.startsWith(marks.text)
      ? texts[Number(value.slice(marks.text.length))]
      : mapped(value, lengthen);
  const files = lengthen(lines.find((line) => line.files)?.files) as Recording["files"];
  const heads = lines.flatMap(({ stack }) => stack ?? []);
  const stacks = heads.map(({ environment, ...stack }, index) => {
    const whole = (value: unknown) => unmarked(lengthen(value), environment);
    const own = lines.filter(({ of }) => of?.includes(index));
    const { cloud, ...rest } = whole(stack) as Omit<RecordedStack, "environment" | "resources">;
    const resources = own.map(({ resource }) => fat(whole(resource) as RecordedResource));
    return { environment, ...rest, cloud: { ...emptyCloud, ...cloud }, resources: ordered(resources) };
  });
  return { files, stacks };
}

/** One line of a recording: it has one of these, and a resource its stacks. */
interface Line {
  readonly text?: string;
  readonly files?: unknown;
  readonly stack?: { readonly environment: string };
  readonly of?: readonly number[];
  readonly resource?: unknown;
}

/** A resource without what follows from the rest of it. */
function slim({ urn, type, custom, id, inputs, outputs, parent, provider }: RecordedResource): RecordedResource {
  const computed = Object.entries(outputs ?? {}).filter(
    ([key, value]) => key !== "__inputs" && JSON.stringify(value) !== JSON.stringify(inputs?.[key]),
  );
  const ofCustom = { id, inputs, provider };
  return {
    urn,
    type,
    custom,
    parent,
    ...(custom ? ofCustom : {}),
    ...((custom || type === "pulumi:pulumi:Stack") && { outputs: Object.fromEntries(computed) }),
  };
}

/** The stand-in provider's outputs are the inputs, what it computed, and the names of the inputs. */
function fat(resource: RecordedResource): RecordedResource {
  const { custom, inputs, outputs, type } = resource;
  if (!custom || inputs === undefined || type.startsWith("pulumi:")) return resource;
  return { ...resource, outputs: { ...inputs, ...outputs, __inputs: Object.keys(inputs) } };
}

/** The resources in an order that Pulumi accepts: each after its parent and its provider. */
function ordered(resources: readonly RecordedResource[]): readonly RecordedResource[] {
  const done = new Map<string, RecordedResource>();
  const add = (resource: RecordedResource | undefined): void => {
    if (resource === undefined || done.has(resource.urn)) return;
    const { parent, provider } = resource;
    add(resources.find(({ urn }) => urn === parent));
    add(resources.find(({ urn, id }) => `${urn}::${id ?? ""}` === provider));
    done.set(resource.urn, resource);
  };
  resources.forEach(add);
  return [...done.values()];
}

/** A value with each string that is in it changed. */
function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, change(each)]));
}

const urnStart = (environment: string) => `urn:pulumi:${environment}::compose-ecs-pipeline::`;

function marked(value: unknown, environment: string): unknown {
  const text = JSON.stringify(value);
  for (const mark of Object.values(marks))
    if (text.includes(mark)) throw new Error(`${mark}: the state has this mark; choose another one`);
  return JSON.parse(text.replaceAll(urnStart(environment), marks.urn).replaceAll(environment, marks.environment));
}

function unmarked(value: unknown, environment: string): unknown {
  const text = JSON.stringify(value).replaceAll(marks.environment, environment);
  return JSON.parse(text.replaceAll(marks.urn, urnStart(environment))) as unknown;
}
