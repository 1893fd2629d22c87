import type { ConfigValue, Stack } from "@pulumi/pulumi/automation/index.js";
import { runPulumi } from "./run-pulumi.ts";
import type { Configuration, ProgramRequest } from "./stack.ts";

/** Writes a configuration to the stack's file; secrets are passed by standard input, one by one. */
export async function writeConfiguration(
  stack: Stack,
  { projectDirectory, configuration }: Pick<ProgramRequest, "projectDirectory" | "configuration">,
): Promise<void> {
  const values = Object.entries(configuration);
  const plain = values.flatMap(([key, value]) => plainValues(key, value));
  // The Automation API passes these to the CLI as arguments.
  if (plain.length > 0) await stack.setAllConfig(Object.fromEntries(plain), true);
  for (const [key, value] of values) {
    if (typeof value === "string" || !("secret" in value)) continue;
    const args = ["config", "set", key, "--path", "--secret", "--stack", stack.name];
    // The CLI removes one newline at the end.
    await runPulumi(args, { projectDirectory, environment: process.env }, `${value.secret}\n`);
  }
}

/** A plain value in the CLI's form; the entries of a list are written one by one, by path. */
function plainValues(key: string, value: Configuration[string]): readonly [string, ConfigValue][] {
  if (typeof value === "string") return [[key, { value }]];
  return "secret" in value ? [] : value.map((entry, index) => [`${key}[${index}]`, { value: entry }]);
}
