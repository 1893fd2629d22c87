import { field, flag, number, section, text, texts } from "../tree/fields.ts";
import { seconds } from "../tree/duration.ts";
import type { Report } from "../tree/problem.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** The command by which ECS checks the health of a container, and its timing. */
export interface HealthCheck {
  /** `CMD` or `CMD-SHELL`, then the command. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

const retries = {
  accepts: (count: number) => Number.isInteger(count) && count >= 1 && count <= 10,
  allowed: "a number from 1 to 10",
};

/** The health check of a service, with Compose's defaults and within ECS's limits; undefined if it has none. */
export function healthCheckOf(value: Value | undefined, report: Report): HealthCheck | undefined {
  const check = value?.kind === "mapping" ? value : undefined;
  if (check === undefined) return undefined;
  const read = (key: string): Value | undefined => field(check, key)?.value;
  const disable = read("disable");
  if (disable !== undefined && flag(disable, '"disable"', report) === true) return undefined;
  const command = commandOf(check, report);
  const within = (key: string, bounds: readonly [number, number], otherwise: number): number => {
    const given = read(key);
    return (given && seconds(given, `"${key}"`, bounds, report)) ?? otherwise;
  };
  const count = read("retries");
  const result = {
    intervalSeconds: within("interval", [5, 300], 30),
    timeoutSeconds: within("timeout", [2, 60], 30),
    retries: (count && number(count, '"retries"', retries, report)) ?? 3,
    startPeriodSeconds: within("start_period", [0, 300], 0),
  };
  return command && { command, ...result };
}

/** Whether a service has a health check, even one with mistakes. */
export function asksHealth(keys: Mapping): boolean {
  const check = section(keys, "healthcheck");
  const [test, disable] = ["test", "disable"].map((key) => check && field(check, key)?.value);
  const [first] = test?.kind === "sequence" ? test.items : [];
  const isOff = disable?.kind === "scalar" && disable.value === true;
  return test !== undefined && !isOff && !(first?.kind === "scalar" && first.value === "NONE");
}

function commandOf(check: Mapping, report: Report): readonly string[] | undefined {
  const test = field(check, "test")?.value;
  if (test === undefined) {
    report(check.at, 'ECS does not run the health check of an image; write "test"');
    return undefined;
  }
  if (test.kind !== "sequence") {
    const line = text(test, '"test"', report);
    return line === undefined ? undefined : shellCommand([line], test, report);
  }
  const words = texts(test, '"test"', report);
  const [kind, ...rest] = words;
  if (kind === "NONE" || words.length < test.items.length) return undefined;
  if (kind === "CMD-SHELL") return shellCommand(rest, test, report);
  if (kind === "CMD" && rest[0] !== undefined && rest[0] !== "") return words;
  report(
    test.at,
    kind === "CMD"
      ? '"test" has no program; write ["CMD", "program", "argument"]'
      : '"test" must begin with CMD, CMD-SHELL or NONE; write ["CMD", "program", "argument"]',
  );
  return undefined;
}

/**
 * A command line for a shell. Docker would pass further words to `sh -c` as `$0` and `$1`, and an empty line always
 * succeeds; both are refused.
 */
function shellCommand(
  [line = "", ...more]: readonly string[],
  { at }: Value,
  report: Report,
): readonly string[] | undefined {
  if (more.length > 0) {
    report(
      at,
      '"test" has several texts after CMD-SHELL, but the shell reads only the first; write one text, or CMD for a program with arguments',
    );
    return undefined;
  }
  if (line.trim() !== "") return ["CMD-SHELL", line];
  report(at, '"test" is empty, and the container would always count as healthy; write a command, or "disable: true"');
  return undefined;
}
