import { field, isText, section, text } from "../tree/fields.ts";
import type { Report } from "../tree/problem.ts";
import { closest } from "../tree/spelling.ts";
import type { Mapping } from "../tree/tree.ts";

/** Options of the `awslogs` driver that say how a container's output is read, and their allowed values. */
const options: Readonly<Record<string, { readonly matches: RegExp; readonly allowed: string }>> = {
  "awslogs-datetime-format": { matches: /./, allowed: "a strftime expression, such as %Y-%m-%d" },
  "awslogs-multiline-pattern": { matches: /./, allowed: "a regular expression" },
  mode: { matches: /^(blocking|non-blocking)$/, allowed: "blocking or non-blocking" },
  "max-buffer-size": { matches: /^\d+[kmg]?$/, allowed: "a size such as 25m" },
};

/** Options of the driver that the environment sets. */
const own = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix", "awslogs-create-group"];

/** Drivers that keep the logs on Docker's own machine (Docker's manual, "Configure logging drivers"). */
const ofOneMachine = ["json-file", "local"];

/** Whether `logging` is about Docker's logs on one machine; without a driver it is Docker's default, `json-file`. */
export function staysOnMachine(logging: Mapping): boolean {
  const driver = field(logging, "driver")?.value;
  if (driver !== undefined) return isText(driver) && ofOneMachine.includes(driver.pieces.join(""));
  return !(section(logging, "options")?.entries ?? []).some(({ key }) => key.startsWith("awslogs-"));
}

/** The options that `logging` of a service adds to the log configuration of its container, sorted. */
export function loggingOf(keys: Mapping, report: Report): Readonly<Record<string, string>> | undefined {
  const logging = section(keys, "logging");
  if (logging === undefined || staysOnMachine(logging)) return undefined;
  const driver = field(logging, "driver")?.value;
  const name = driver && text(driver, '"driver"', report);
  if (name !== "awslogs") {
    const given = driver === undefined ? "has options of awslogs but no driver" : `names the driver "${name ?? ""}"`;
    if (driver === undefined || name !== undefined)
      report(
        driver?.at ?? logging.at,
        `"logging" ${given}, but every container logs to the environment's log group; write "driver: awslogs", or remove "logging"`,
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
  if (keysFound.includes("awslogs-datetime-format") && keysFound.includes("awslogs-multiline-pattern"))
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
