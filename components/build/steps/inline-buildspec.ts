import { readFileSync } from "node:fs";

/**
 * Returns a buildspec that runs the step's own script after the shell functions that the steps share; `files` are its
 * artifact.
 */
export function inlineBuildspec(
  step: "images" | "migrate" | "watch" | "verify",
  files: readonly string[] = [],
): string {
  const shared = step === "images" || step === "migrate" ? ["common"] : ["common", "deployments"];
  const script = [...shared, step].map((name) => readFileSync(new URL(`${name}.sh`, import.meta.url), "utf8"));
  // The script is written to a file, so that the log of a failed step repeats one short command and not the whole
  // script.
  const write = `cat > step.sh <<'END_OF_STEP'\n${script.map(withoutHead).join("\n")}END_OF_STEP\n`;
  const commands = [write, "bash -euo pipefail step.sh"];
  return JSON.stringify({
    version: "0.2",
    env: { shell: "bash" },
    phases: { build: { commands } },
    ...(files.length > 0 && { artifacts: { files } }),
  });
}

/** Returns the script without its interpreter line and ShellCheck directives, which mean nothing in a buildspec. */
const withoutHead = (script: string): string => script.replace(/^(#!.*|# shellcheck .*)\n/gm, "");
