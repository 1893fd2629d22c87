import { knownText } from "../tree/fields.ts";
import { merge } from "../shape/merge.ts";
import { closest } from "../tree/spelling.ts";
import type { Report } from "../tree/problem.ts";
import { mapping, text } from "../shape/shape.ts";
import { normalise } from "../shape/normalise.ts";
import { serviceShape } from "../shape/service-shape.ts";
import { single } from "../shape/short-forms.ts";
import { valueOf, withKey, type Entry, type Mapping, type Value } from "../tree/tree.ts";
import { directoryOf, loadFile, pathFrom, remoteProblem, type Project } from "./project.ts";

/** A file whose services may extend others. */
interface Extending extends Project {
  readonly file: string;
}

/** The file with each service's `extends` replaced by the keys of the extended service. */
export function applyExtends(root: Mapping, context: Extending): Mapping {
  const services = valueOf(root, "services");
  if (services?.kind !== "mapping") return root;
  const read = new Map([[context.file, services]]);
  const entries = services.entries.map((entry): Entry => {
    const { value } = extended(entry, services, { ...context, read, chain: [] });
    return { ...entry, value };
  });
  return withKey(root, "services", { ...services, entries });
}

interface Chain extends Extending {
  /** Services of the files read so far, by path. */
  readonly read: Map<string, Mapping | undefined>;
  /** The services that extend each other on the way here, as `file: service`, outermost first. */
  readonly chain: readonly string[];
}

const shape = mapping({ file: text, service: text }, { long: single("service"), required: ["service"] });

function extended(entry: Entry, services: Mapping, context: Chain): { readonly value: Value } {
  const service = entry.value;
  const written = service.kind === "mapping" ? valueOf(service, "extends") : undefined;
  if (service.kind !== "mapping" || written === undefined) return { value: service };
  const own = { ...service, entries: service.entries.filter(({ key }) => key !== "extends") };
  const options = normalise(written, shape, '"extends"', context);
  if (options?.kind === "scalar") for (const fault of options.faults) context.report(fault.at, fault.message);
  const name = options?.kind === "mapping" ? wordOf(options, "service", context.report) : undefined;
  if (options?.kind !== "mapping" || name === undefined) return { value: own };
  const step = `${context.file}: ${entry.key}`;
  const chain = [...context.chain, step];
  const from = otherFile(options, services, { ...context, chain });
  if (from === undefined) return { value: own };
  if (chain.includes(`${from.context.file}: ${name}`)) {
    context.report(
      written.at,
      `"${entry.key}" extends itself (${[...chain, `${from.context.file}: ${name}`].join(" → ")}); remove one "extends"`,
    );
    return { value: own };
  }
  const base = from.services.entries.find(({ key }) => key === name);
  if (base === undefined) {
    const meant = closest(
      name,
      from.services.entries.map(({ key }) => key),
    );
    context.report(
      written.at,
      `"extends" names "${name}", which is not a service of ${from.context.file}; ${meant === undefined ? "correct or remove it" : `did you mean "${meant}"?`}`,
    );
    return { value: own };
  }
  return { value: merge(extended(base, from.services, from.context).value, own, serviceShape, context.report) };
}

/** The services that may be extended: those of this file, or of the file that `extends` names. */
function otherFile(
  options: Mapping,
  services: Mapping,
  context: Chain,
): { readonly services: Mapping; readonly context: Chain } | undefined {
  const given = valueOf(options, "file");
  const path = wordOf(options, "file", context.report);
  if (given === undefined) return { services, context };
  if (path === undefined) return undefined;
  const elsewhere = remoteProblem(path);
  if (elsewhere !== undefined) {
    context.report(given.at, elsewhere);
    return undefined;
  }
  const file = pathFrom(context.directory, path);
  const inner = { ...context, file, directory: directoryOf(file) };
  if (!context.read.has(file)) {
    const root = loadFile(file, given.at, inner);
    const found = root && valueOf(root, "services");
    if (root !== undefined && found === undefined)
      context.report(given.at, `${file} has no services to extend; correct the path`);
    context.read.set(file, found?.kind === "mapping" ? found : undefined);
  }
  const found = context.read.get(file);
  return found && { services: found, context: inner };
}

/** The text of a key; undefined and reported if it is not known now. */
function wordOf(options: Mapping, key: string, report: Report): string | undefined {
  const value = valueOf(options, key);
  if (value?.kind !== "scalar") return undefined;
  for (const { at, message } of value.faults) report(at, message);
  return knownText(value, `"${key}"`, report);
}
