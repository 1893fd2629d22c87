/** Counts that change at certain times. */
export interface Schedule {
  /** The entries, in the order of the stack's configuration. */
  readonly entries: readonly ScheduledCount[];
  /** An IANA name, such as Europe/Berlin. */
  readonly timeZone: string;
}

/** What happens to an environment's counts at a certain time. */
export interface ScheduledCount {
  /** Minutes, hours, day of month, month, day of week and year. */
  readonly cron: string;
  /** `off` stops all tasks of every ECS service, `on` restores the configured bounds; numbers are the bounds of the environment's own service. */
  readonly counts: "on" | "off" | Bounds;
}

/** Minimum and maximum number of tasks. */
export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

/** Whether the environment has no tasks at some hours. */
export const sleeps = ({ entries }: Schedule): boolean => entries.some(({ counts }) => counts === "off");

/** Whether a text is a cron expression of Application Auto Scaling: six fields, and exactly one of the two day fields is ? ("Schedule recurring scaling actions using cron expressions"). */
export function isScheduleCron(text: string): boolean {
  const fields = text.split(" ");
  const days = [fields[2], fields[4]].filter((field) => field === "?").length;
  return fields.length === 6 && days === 1 && fields.every((field) => /^(\?|[\dA-Z*,/#-]+)$/.test(field));
}

/** Whether Application Auto Scaling accepts a time zone: it must be a canonical name of the IANA database. */
export function isTimeZoneName(text: string): boolean {
  if (!/^(UTC|[A-Z]\w+\/[\w/+-]+)$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
