import { field, text, texts } from "../tree/fields.ts";
import type { Report } from "../tree/problem.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** The architectures of tasks. */
export type Processor = "x86_64" | "arm64";

const platforms: Readonly<Record<string, Processor>> = {
  "linux/amd64": "x86_64",
  "linux/x86_64": "x86_64",
  "linux/arm64": "arm64",
  "linux/arm64/v8": "arm64",
};

/** The processor that `platform` or `build.platforms` of a service names. */
export function processorOf(keys: Mapping, report: Report): Processor | undefined {
  const platform = field(keys, "platform")?.value;
  const build = field(keys, "build")?.value;
  const built = build?.kind === "mapping" ? field(build, "platforms")?.value : undefined;
  const given = built && texts(built, '"platforms"', report);
  if (built !== undefined && given !== undefined && given.length > 1)
    report(
      built.at,
      `a build makes an image for one platform, not ${given.length}; name only the stack's architecture`,
    );
  const one = platform && read(platform, '"platform"', report);
  const [first] = built?.kind === "sequence" ? built.items : [];
  const other = first && read(first, '"platforms"', report);
  return one ?? other;
}

function read(value: Value, what: string, report: Report): Processor | undefined {
  const given = text(value, what, report);
  if (given === undefined) return undefined;
  const found = Object.hasOwn(platforms, given) ? platforms[given] : undefined;
  if (found === undefined) report(value.at, `${what} is "${given}"; Fargate runs linux/amd64 or linux/arm64`);
  return found;
}
