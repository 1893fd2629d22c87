/** A cron expression and the time zone it is read in. */
export interface Cron {
  /** For each field of the cron expression, its part of a date and the values that it matches. */
  readonly fields: readonly { readonly part: Part; readonly matches: (value: number) => boolean }[];
  /** A time zone that Intl knows. */
  readonly timeZone: string;
}

type Part = "minute" | "hour" | "day" | "month" | "weekday" | "year";

/** Reads the fields from the minute to the day of the week or the year; throws an Error in the form `where: what; remedy`. */
export function readCron(texts: readonly string[], timeZone: string): Cron {
  const parts: readonly Part[] = ["minute", "hour", "day", "month", "weekday", "year"];
  const fields = texts.flatMap((text, index) => {
    const part = parts[index];
    return part === undefined ? [] : [{ part, matches: fieldMatcher(part, text.toUpperCase()) }];
  });
  return { fields, timeZone: knownTimeZone(timeZone) };
}

/** Whether the minute of a moment is one that the expression names. */
export function matchesCron({ fields, timeZone }: Cron, moment: Date): boolean {
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
