import { containerDefinitions, taskTemplate } from "../../../components/service/task-template.ts";
import type { Container } from "../../../compose/index.ts";
import { staging } from "../../support/names.ts";
import { container } from "../../support/task.ts";

/** The template of a task with these containers. */
export const templateOf = (containers: readonly Container[], connected = false) =>
  taskTemplate(templateArgs(containers, connected));

/** The arguments of that template. */
export function templateArgs(containers: readonly Container[], connected = false) {
  const parameterNames = { DATABASE_URL: "/shop/staging/DATABASE_URL", TOKEN: "shared-token" };
  const size = { cpu: 256, memoryMiB: 512 };
  const family = "shop-staging";
  return { names: staging, family, task: { containers, volumes: ["data"], size, connected }, parameterNames };
}

/** A container with everything a Compose service can say. */
export const whole = container("web", {
  command: ["bin/rails", "server"],
  entryPoint: ["tini", "--"],
  workingDirectory: "/app",
  user: "10001:10001",
  environment: { RAILS_ENV: "production", A: "1" },
  secrets: { TOKEN: "TOKEN", DATABASE_URL: "DATABASE_URL" },
  ports: [3000, 3001],
  healthCheck: { command: ["CMD", "true"], intervalSeconds: 5, timeoutSeconds: 4, retries: 3, startPeriodSeconds: 10 },
  dependsOn: [{ container: "cache", condition: "HEALTHY" }],
  readOnlyRoot: true,
  init: true,
  stopTimeoutSeconds: 30,
  cpu: 128,
  memoryMiB: 256,
  memoryReservationMiB: 128,
  mounts: [{ volume: "data", path: "/data", readOnly: true }],
});

/** The definitions of these containers. */
export const definitionsOf = (...containers: readonly Container[]) =>
  containerDefinitions(templateOf(containers), ({ name }) => `repository/${name}:1`);
