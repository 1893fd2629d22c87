/** Counts that change with the clock. */
export interface Schedule {
  /** In the order of the stack's configuration. */
  readonly entries: readonly ScheduledCount[];
  /** An IANA name, such as Europe/Berlin. */
  readonly timeZone: string;
}

/** What happens to an environment's counts at a time. */
export interface ScheduledCount {
  /** Minutes, hours, day of month, month, day of week and year. */
  readonly cron: string;
  /** `off` ends every task of every ECS service, `on` brings the configured bounds back; numbers are the own service's bounds. */
  readonly counts: "on" | "off" | Bounds;
}

/** Least and most tasks. */
export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

/** Whether the environment has no task at some hours. */
export const sleeps = ({ entries }: Schedule): boolean => entries.some(({ counts }) => counts === "off");

/** Six fields of Application Auto Scaling's cron expressions, of which one of the days is left open ("Schedule recurring scaling actions using cron expressions"). */
export function isScheduleCron(text: string): boolean {
  const fields = text.split(" ");
  const days = [fields[2], fields[4]].filter((field) => field === "?").length;
  return fields.length === 6 && days === 1 && fields.every((field) => /^(\?|[\dA-Z*,/#-]+)$/.test(field));
}

/** Whether Application Auto Scaling takes it: a canonical name of the IANA time zone database. */
export function isTimeZoneName(text: string): boolean {
  if (!/^(UTC|[A-Z]\w+\/[\w/+-]+)$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
