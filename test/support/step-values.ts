/** Values by the names that cases of test/steps give them. */
export type Named = Readonly<Record<string, unknown>>;

/**
 * What a short value of test/steps stands for:
 *
 * - `{ like: NAME, … }` is the value with that name, with other keys;
 * - `{ each: [1, 3], is: VALUE }` in a list is VALUE three times, with 1, 2 and 3 for `{n}`;
 * - in a text, `arn:ecs:` begins an ARN of ECS, `ecr.example` is the registry, and `a{64}` is 64 times the letter a.
 */
export function expand(value: unknown, named: Named): unknown {
  if (typeof value === "string") return textOf(value);
  if (Array.isArray(value)) return value.flatMap((item: unknown) => itemsOf(item, named));
  if (!isObject(value)) return value;
  const { like, ...rest } = value;
  const own = Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, expand(one, named)]));
  return typeof like === "string" ? { ...objectOf(expand(valueOf(like, named), named)), ...own } : own;
}

/** The value with a name. Throws an error if there is none. */
export function valueOf(name: string, named: Named): unknown {
  if (!Object.hasOwn(named, name)) throw new Error(`test/steps: nothing is named "${name}"`);
  return named[name];
}

function itemsOf(item: unknown, named: Named): readonly unknown[] {
  if (!isObject(item) || !Array.isArray(item["each"])) return [expand(item, named)];
  const [first, last] = item["each"].map(Number);
  if (first === undefined || last === undefined) throw new Error('test/steps: "each" needs two numbers');
  const text = JSON.stringify(expand(item["is"], named));
  return Array.from({ length: last - first + 1 }, (_, index): unknown =>
    JSON.parse(text.replaceAll("{n}", String(first + index))),
  );
}

const textOf = (text: string): string =>
  text
    .replaceAll("arn:ecs:", "arn:aws:ecs:us-east-1:000000000000:")
    .replaceAll("ecr.example", "000000000000.dkr.ecr.us-east-1.amazonaws.com")
    .replace(/(\w)\{(\d+)\}/g, (_, letter: string, times: string) => letter.repeat(Number(times)));

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value))
    throw new Error(`test/steps: "like" needs the name of a mapping, not of ${JSON.stringify(value)}`);
  return value;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
