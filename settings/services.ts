import type { AskedScaling } from "../components/service/scaling.ts";
import { isScheduleCron, isTimeZoneName, type Schedule, type ScheduledCount } from "../components/service/schedule.ts";
import { between, count, refuse, strings, text } from "./keys.ts";
import type { KeyOf } from "./table.ts";
import { alarmKinds, type AlarmSettings } from "../components/service/deployment-alarms.ts";

/** The counts and the scaling of the environment's own ECS service. */
export function scaling(): AskedScaling {
  const maximumCount = count("maximumCount");
  const target = (key: KeyOf<"integer">, least: number, most: number) => {
    const value = between(key, 0, most) || undefined;
    if (value === undefined) return undefined;
    if (value < least) refuse(key, value, `a whole number from ${String(least)} to ${String(most)}, or 0 for none`);
    return maximumCount === undefined ? refuse(key, value, "maximumCount as well: without it nothing scales") : value;
  };
  return {
    desiredCount: count("desiredCount"),
    maximumCount,
    cpuPercent: between("cpuPercent", 10, 90),
    memoryPercent: target("memoryPercent", 10, 90),
    requestsPerTarget: target("requestsPerTarget", 1, 1_000_000),
  };
}

/** When counts change; refuses a schedule that turns tasks off and never on again. */
export function schedule(): Schedule {
  const timeZone = text("scheduleTimeZone");
  if (!isTimeZoneName(timeZone)) refuse("scheduleTimeZone", timeZone, "a time zone's name, as in Europe/Berlin or UTC");
  const given = strings("schedule");
  const entries = given.map(scheduledCount);
  const crons = entries.map(({ cron }) => cron);
  for (const [index, cron] of crons.entries())
    if (crons.indexOf(cron) !== index) refuse("schedule", given[index], "each time once");
  const turnsOff = entries.some(({ counts }) => counts === "off");
  if (turnsOff && !entries.some(({ counts }) => counts === "on"))
    refuse("schedule", given, "an entry with on as well: without it the tasks never come back");
  if (entries.length === 0 && timeZone !== "UTC")
    refuse("scheduleTimeZone", timeZone, "it only together with schedule");
  return { entries, timeZone };
}

function scheduledCount(entry: string): ScheduledCount {
  const allowed = "CRON = on, off or MINIMUM-MAXIMUM, as in 0 19 ? * MON-FRI * = off";
  const [, cron = "", word = "", minimum, maximum] =
    /^(.+?) *= *(on|off|(\d{1,3})-(\d{1,3}))$/.exec(entry) ?? refuse("schedule", entry, allowed);
  if (!isScheduleCron(cron)) {
    const fields =
      "six cron fields (minutes hours day-of-month month day-of-week year), where one of the two day fields is ?";
    refuse("schedule", entry, `${fields}, as in 0 19 ? * MON-FRI * = off`);
  }
  if (minimum === undefined || maximum === undefined) return { cron, counts: word === "on" ? "on" : "off" };
  const bounds = { minimum: Number(minimum), maximum: Number(maximum) };
  // With a minimum of 0, it would be unclear whether any task runs.
  if (bounds.minimum < 1 || bounds.maximum < bounds.minimum)
    refuse("schedule", entry, "a minimum of at least 1 and a maximum that is not below it; for no tasks write off");
  if (count("maximumCount") === undefined && bounds.maximum > bounds.minimum)
    refuse("schedule", entry, "maximumCount as well: without it nothing scales between the two");
  return { cron, counts: bounds };
}

/** Which alarms roll a deployment back, and their thresholds. */
export function deploymentAlarms(): AlarmSettings {
  const given = strings("deploymentAlarms");
  for (const [index, kind] of given.entries()) {
    if (!alarmKinds.some((known) => known === kind))
      refuse("deploymentAlarms", kind, `one or more of ${alarmKinds.join(", ")}`);
    if (given.indexOf(kind) !== index) refuse("deploymentAlarms", kind, "each alarm once");
  }
  return {
    kinds: alarmKinds.filter((kind) => given.includes(kind)),
    errorPercent: between("alarmErrorPercent", 1, 99),
    latencySeconds: between("alarmLatencySeconds", 1, 300),
    cpuPercent: between("alarmCpuPercent", 10, 99),
    memoryPercent: between("alarmMemoryPercent", 10, 99),
  };
}
