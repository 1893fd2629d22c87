/** When deployments are allowed: user guide, rule reference, "DeploymentWindow". */
export interface DeploymentWindow {
  /** For each field of the cron expression, its part of a date and the values that it matches. */
  readonly fields: readonly { readonly part: Part; readonly matches: (value: number) => boolean }[];
  /** A time zone that Intl knows. */
  readonly timeZone: string;
}

type Part = "minute" | "hour" | "day" | "month" | "weekday" | "year";

/** The window that a rule's Cron and TimeZone describe; throws an Error in the form `where: what; remedy`. */
export function readWindow({ Cron = "", TimeZone = "UTC" }: Readonly<Record<string, string>>): DeploymentWindow {
  const [seconds, ...rest] = Cron.trim().split(/\s+/u);
  if (rest.length < 5 || rest.length > 6) {
    throw new Error(
      `Cron: "${Cron}" has ${rest.length + 1} fields; write six, from seconds to day of the week, and optionally the year`,
    );
  }
  // "Seconds: allowed values N/A, allowed special characters *".
  if (seconds !== "*") throw new Error(`Cron: seconds "${seconds ?? ""}" are not allowed; write *`);
  const parts: readonly Part[] = ["minute", "hour", "day", "month", "weekday", "year"];
  const fields = rest.flatMap((text, index) => {
    const part = parts[index];
    return part === undefined ? [] : [{ part, matches: fieldMatcher(part, text.toUpperCase()) }];
  });
  return { fields, timeZone: knownTimeZone(TimeZone) };
}

/** Whether deployments are allowed in the minute of a moment. */
export function isOpen({ fields, timeZone }: DeploymentWindow, moment: Date): boolean {
  const shown = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    weekday: "short",
  }).formatToParts(moment);
  const valueOf = (part: Part): number => {
    const text = shown.find(({ type }) => type === part)?.value ?? "";
    return part === "weekday" ? names.weekday.indexOf(text.toUpperCase()) + 1 : Number(text);
  };
  return fields.every(({ part, matches }) => matches(valueOf(part)));
}

const names: Readonly<Record<"weekday" | "month", readonly string[]>> = {
  weekday: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
  month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};

const bounds: Readonly<Record<Part, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  month: [1, 12],
  weekday: [1, 7],
  year: [1970, 2199],
};

function fieldMatcher(part: Part, text: string): (value: number) => boolean {
  if (text === "*" || (text === "?" && (part === "day" || part === "weekday"))) return () => true;
  const ranges = text.split(",").map((item) => {
    const [, from = "", to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/u.exec(item) ?? [];
    const every = Number(step ?? 1);
    const first = from === "*" ? bounds[part][0] : valueOf(part, from);
    // `5/15` goes on to the end of the field, `5` is one value.
    const alone = step === undefined && from !== "*" ? first : bounds[part][1];
    const last = to === undefined ? alone : valueOf(part, to);
    if ([first, last].some(Number.isNaN) || every === 0 || last < first) {
      throw new Error(
        `Cron: ${part} "${text}" is not supported by the local cloud; write *, numbers or names, a-b, a/b and lists of them`,
      );
    }
    return { first, last, every };
  });
  return (value) =>
    ranges.some(({ first, last, every }) => value >= first && value <= last && (value - first) % every === 0);
}

function valueOf(part: Part, text: string): number {
  const named = part === "weekday" || part === "month" ? names[part].indexOf(text) + 1 : 0;
  const value = named > 0 ? named : /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  const [least, most] = bounds[part];
  return value >= least && value <= most ? value : Number.NaN;
}

/** Region/City, UTC, UTC+05:30, or an abbreviation. */
function knownTimeZone(text: string): string {
  const timeZone = text.replace(/^UTC(?=[+-])/u, "");
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone }).resolvedOptions().timeZone;
  } catch {
    throw new Error(`TimeZone: "${text}" is not known; write it as in Europe/Berlin, UTC or UTC+02:00`);
  }
}
