import { flag, list, number } from "./key.ts";

/** The keys about notifications, the dashboard and logs. */
export const watchingKeys = {
  notificationEmails: list(
    "E-mail addresses that are notified when a run ends or waits for approval; empty means no notifications",
  ),
  dashboard: flag(false, "Whether the environment has a dashboard and saved log queries in CloudWatch"),
  logRetentionDays: number(
    30,
    "Days for which logs of containers and builds are kept, one of the numbers that CloudWatch allows",
  ),
};
