import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach } from "mocha";
import { composeLabel } from "../../compose/index.ts";
import type { BuildPlan } from "../../build/code/plan.ts";

/** Path of the program that plans a build. */
export const program = resolve(import.meta.dirname, "../../build/program.ts");

/** The Compose file of staging. */
export const compose = `services:
  web:
    image: shop/web:\${IMAGE_TAG:-latest}
    build: .
    environment: {DATABASE_URL: "\${DATABASE_URL}", LOG_LEVEL: "\${LOG_LEVEL}"}
    expose: [3000]
  proxy: {build: ./proxy, ports: [8080]}
  cache: {image: "cache:1"}
  migrate: {image: "shop/web:\${IMAGE_TAG:-latest}", profiles: [release]}
  notify: {image: "curl:1", profiles: [release]}
`;

/** The variables that a build has. */
export const environment: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  BUILD_FORMAT: "1",
  ECS_ENV_NAME: "staging",
  ECS_SERVICE: "shop-staging",
  IMAGE_TAG: "0123abc",
  COMPOSE_PARAMETERS: "DATABASE_URL",
  COMPOSE_VARIABLES: "LOG_LEVEL",
  LOG_LEVEL: "info",
  REPOSITORY_WEB: "registry.example/shop/staging/web",
  REPOSITORY_PROXY: "registry.example/shop/staging/proxy",
};

let folder = "";

/** Path of a file in the folder of the running test. */
export const inFolder = (path: string): string => join(folder, path);

/** Gives each test of a suite a separate folder that holds the Compose file. */
export function useFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "build-plan-"));
    writeFileSync(join(folder, "docker-compose-staging.yml"), compose);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
}

/** Runs the program; returns its exit code and the lines of its error output. */
export function run(
  args: readonly string[],
  env = environment,
): { readonly code: number | null; readonly err: readonly string[] } {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: "utf8" });
  return { code: status, err: stderr.split("\n").filter((line) => line !== "") };
}

/** The plan that the program prints, with more variables. */
export function plan(more: Readonly<Record<string, string>> = {}): BuildPlan {
  const env = { ...environment, ...more };
  return JSON.parse(execFileSync(process.execPath, [program], { cwd: folder, env, encoding: "utf8" })) as BuildPlan;
}

/** Writes what `describe-task-definition` would print for containers with these fingerprints. */
export function describeTask(
  name: string,
  fingerprints: Readonly<Record<string, unknown>>,
  images: Readonly<Record<string, string>> = {},
): string {
  const containerDefinitions = Object.entries(fingerprints).map(([container, fingerprint]) => ({
    name: container,
    ...(images[container] !== undefined && { image: images[container] }),
    dockerLabels: { [composeLabel]: JSON.stringify(fingerprint) },
  }));
  writeFileSync(join(folder, name), JSON.stringify({ taskDefinition: { containerDefinitions } }));
  return name;
}
