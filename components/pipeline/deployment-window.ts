import type * as aws from "@pulumi/aws";

/** When a stage may be entered (CodePipeline, "DeploymentWindow" in the rule reference). */
export interface DeploymentWindow {
  /** Seconds (only `*`), minutes, hours, day of month, month, day of week and, optionally, year. A time that matches is inside the window. */
  readonly cron: string;
  /** `Region/City`, `UTC` with or without an offset, or an abbreviation of three to five letters. */
  readonly timeZone: string;
}

/** The entry condition of a stage: a run outside the window fails. If it skipped Release, an unreleased run would count as a success. */
export function opens({ cron, timeZone }: DeploymentWindow): aws.types.input.codepipeline.PipelineStageBeforeEntry {
  return {
    condition: {
      result: "FAIL",
      rules: [
        {
          name: "DeploymentWindow",
          ruleTypeId: { category: "Rule", owner: "AWS", provider: "DeploymentWindow", version: "1" },
          configuration: { Cron: cron, TimeZone: timeZone },
        },
      ],
    },
  };
}

/** Whether a text is a cron expression as the rule's page describes it. */
export function isWindow(cron: string): boolean {
  const given = cron.trim().split(/\s+/);
  return given.length >= 6 && given.length <= 7 && given.every((field, index) => fields[index]?.(field) ?? false);
}

/** Whether a text has one of the three forms of a time zone that the rule accepts; a region and city must exist. */
export function isTimeZone(timeZone: string): boolean {
  if (!timeZone.includes("/")) return /^(UTC([+-]\d{2}:\d{2})?|[A-Z]{3,5})$/.test(timeZone);
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

type Field = (text: string) => boolean;

const months = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC";
const days = "SUN|MON|TUE|WED|THU|FRI|SAT";

const fields: readonly Field[] = [
  (text) => text === "*",
  listOf(0, 59),
  listOf(0, 23),
  either(/^(\?|L(-\d{1,2})?|LW|\d{1,2}W)$/, listOf(1, 31)),
  listOf(1, 12, months),
  either(new RegExp(`^(\\?|L|([1-7]|${days})(L|#[1-5]))$`, "i"), listOf(1, 7, days)),
  listOf(1970, 2199),
];

function either(pattern: RegExp, field: Field): Field {
  return (text) => pattern.test(text) || field(text);
}

/** A field of values, ranges and increments, separated by commas, or `*`; `names` are names of values. */
function listOf(least: number, most: number, names?: string): Field {
  const named = names === undefined ? undefined : new RegExp(`^(${names})$`, "i");
  const value: Field = (text) =>
    named?.test(text) === true || (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most);
  const range: Field = (text) => text === "*" || (text.split("-").length <= 2 && text.split("-").every(value));
  return (text) =>
    text.split(",").every((part) => {
      const [from = "", step = "1", ...more] = part.split("/");
      return more.length === 0 && range(from) && /^[1-9]\d*$/.test(step);
    });
}
