import { readFileSync } from "node:fs";

/** A buildspec of one command: the shell functions that the steps share, then the step's own script. */
export function inlineBuildspec(step: "migrate" | "watch" | "verify"): string {
  const script = ["common", step].map((name) => readFileSync(new URL(`${name}.sh`, import.meta.url), "utf8"));
  // A subshell, because `set -e` must end the script and not the shell that CodeBuild runs its commands in.
  const command = `(\nset -euo pipefail\n${script.map(withoutHead).join("\n")})\n`;
  return JSON.stringify({ version: "0.2", env: { shell: "bash" }, phases: { build: { commands: [command] } } });
}

/** The script without its interpreter line and ShellCheck directives, which mean nothing in a buildspec. */
const withoutHead = (script: string): string => script.replace(/^(#!.*|# shellcheck .*)\n/gm, "");
