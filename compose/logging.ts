import { field, section, text } from "./fields.ts";
import type { Report } from "./problem.ts";
import { closest } from "./spelling.ts";
import type { Mapping } from "./tree.ts";

/** Options of the `awslogs` driver that say how a container's text is taken, and the values they may have. */
const options: Readonly<Record<string, { readonly matches: RegExp; readonly allowed: string }>> = {
  "awslogs-datetime-format": { matches: /./, allowed: "a strftime expression, such as %Y-%m-%d" },
  "awslogs-multiline-pattern": { matches: /./, allowed: "a regular expression" },
  mode: { matches: /^(blocking|non-blocking)$/, allowed: "blocking or non-blocking" },
  "max-buffer-size": { matches: /^\d+[kmg]?$/, allowed: "a size such as 25m" },
};

/** Options of the driver that the environment sets. */
const own = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix", "awslogs-create-group"];

/** What `logging` of a service adds to the log configuration of its container, sorted. */
export function loggingOf(keys: Mapping, report: Report): Readonly<Record<string, string>> | undefined {
  const logging = section(keys, "logging");
  const driver = logging && field(logging, "driver")?.value;
  const name = driver && text(driver, '"driver"', report);
  if (logging !== undefined && name !== "awslogs" && (driver === undefined || name !== undefined)) {
    const given = name === undefined ? "no driver" : `the driver "${name}"`;
    report(
      driver?.at ?? logging.at,
      `"logging" names ${given}, but every container logs to the environment's log group; write awslogs, or remove "logging"`,
    );
    return undefined;
  }
  const found = (section(logging, "options")?.entries ?? []).flatMap(({ key, at, value }) => {
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (option === undefined) {
      report(at, wrongOption(key));
      return [];
    }
    const given = text(value, `"${key}"`, report);
    if (given !== undefined && !option.matches.test(given))
      report(value.at, `"${key}" is "${given}"; write ${option.allowed}`);
    return given === undefined ? [] : [[key, given] as const];
  });
  const keysFound = found.map(([key]) => key);
  if (logging && keysFound.includes("awslogs-datetime-format") && keysFound.includes("awslogs-multiline-pattern"))
    report(logging.at, '"awslogs-datetime-format" and "awslogs-multiline-pattern" exclude each other; remove one');
  return found.length === 0 ? undefined : Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function wrongOption(key: string): string {
  if (own.includes(key)) return `the environment sets "${key}"; remove it`;
  const names = Object.keys(options);
  const meant = names.find(
    (name) =>
      name.replaceAll("-", "_") ===
      closest(
        key,
        names.map((each) => each.replaceAll("-", "_")),
      ),
  );
  return `awslogs has no option "${key}" here; ${meant === undefined ? `use ${names.join(", ")}` : `did you mean "${meant}"?`}`;
}
