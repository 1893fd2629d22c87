import { flag, list, number, text } from "./key.ts";

/** The keys about ECS services: their tasks, counts and alarms. */
export const servicesKeys = {
  deployParameterChanges: flag(
    true,
    "Whether `up` redeploys the services whose containers read a parameter that has a new value",
  ),
  executeCommand: flag(
    false,
    "Whether people may open a shell in running containers, through ECS Exec; the task role then gets access to SSM's channels",
  ),
  desiredCount: number(
    0,
    "Minimum number of tasks of the environment's own ECS service; 0 means deploy.replicas of the Compose file, or 1 without it",
  ),
  maximumCount: number(
    0,
    "Maximum number of tasks, with target tracking on CPU between the two counts; 0 means no scaling",
  ),
  cpuPercent: number(60, "Average CPU use in percent that scaling aims at (10 to 90)"),
  memoryPercent: number(0, "Average memory use in percent that scaling aims at as well (10 to 90); 0 means none"),
  requestsPerTarget: number(0, "Requests a minute for each task that scaling aims at as well; 0 means none"),
  schedule: list(
    "When counts change, each CRON = on (the configured counts), off (no tasks of any service) or MINIMUM-MAXIMUM (for the environment's own service), as in 0 19 ? * MON-FRI * = off",
  ),
  scheduleTimeZone: text("UTC", "Time zone of the schedule, as in Europe/Berlin"),
  deploymentAlarms: list(
    "Alarms that roll a deployment back: errors, unhealthyHosts, latency, cpu, memory; empty means none",
  ),
  alarmErrorPercent: number(
    5,
    "Percentage of requests answered with 5xx above which the alarm errors goes off (1 to 99)",
  ),
  alarmLatencySeconds: number(
    2,
    "Seconds above which the alarm latency goes off, measured at the slowest 5 percent of the requests (1 to 300)",
  ),
  alarmCpuPercent: number(90, "Average CPU use in percent above which the alarm cpu goes off (10 to 99)"),
  alarmMemoryPercent: number(90, "Average memory use in percent above which the alarm memory goes off (10 to 99)"),
  taskCpu: number(
    0,
    "CPU units of the Fargate task of the environment's own service; 0 for taskCpu and taskMemoryMiB means the smallest size that holds the Compose file's limits",
  ),
  taskMemoryMiB: number(0, "Memory of that Fargate task in MiB; see taskCpu"),
  containerInsights: text(
    "account",
    "What CloudWatch measures of each task in addition to CPU and memory, at extra cost: disabled, enabled or enhanced; account means the account's own setting",
  ),
};
