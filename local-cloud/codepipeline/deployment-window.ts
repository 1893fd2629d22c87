import { type Cron, matchesCron, readCron } from "../kit/cron.ts";

/** When deployments are allowed: user guide, rule reference, "DeploymentWindow". */
export type DeploymentWindow = Cron;

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
  return readCron(rest, TimeZone);
}

/** Whether deployments are allowed in the minute of a moment. */
export const isOpen: (window: DeploymentWindow, moment: Date) => boolean = matchesCron;
