import { parse } from "yaml";
import { allow, fail, mapping, scalars, shown, strings } from "./buildspec-fields.ts";
import { readReports } from "./reports.ts";
import { phaseNames, type PhaseName, type Phase, type Artifacts, type Buildspec } from "./buildspec-types.ts";

/** The buildspec behind a YAML text; throws BuildspecError. Source: CodeBuild user guide, "Buildspec syntax". */
export function readBuildspec(text: string): Buildspec {
  const root = mapping("buildspec", parseYaml(text));
  if (root["version"] === undefined) fail("version", "is missing", "write 0.2");
  if (shown(root["version"]) !== "0.2") {
    fail("version", `the local cloud does not support ${shown(root["version"])}`, "write 0.2");
  }
  allow("buildspec", root, ["version", "env", "phases", "artifacts", "reports"]);
  const env = mapping("env", root.env ?? {});
  allow("env", env, ["shell", "variables", "parameter-store", "exported-variables"]);
  const phases = mapping("phases", root.phases);
  allow("phases", phases, phaseNames);
  const install = mapping("phases.install", phases.install ?? {});
  return {
    shell: readShell(env.shell),
    variables: scalars("env.variables", env.variables),
    parameterStore: scalars("env.parameter-store", env["parameter-store"]),
    exportedVariables: strings("env.exported-variables", env["exported-variables"]),
    runtimeVersions: readRuntimes(install["runtime-versions"]),
    phases: Object.fromEntries(
      phaseNames.filter((name) => name in phases).map((name) => [name, readPhase(name, phases[name])]),
    ),
    ...(root.artifacts === undefined ? {} : { artifacts: readArtifacts(root.artifacts) }),
    reports: readReports(root.reports),
  };
}

function readPhase(name: PhaseName, value: unknown): Phase {
  const where = `phases.${name}`;
  const phase = mapping(where, value);
  allow(where, phase, ["commands", "finally", "on-failure", ...(name === "install" ? ["runtime-versions"] : [])]);
  const onFailure = phase["on-failure"];
  if (onFailure !== undefined && onFailure !== "ABORT" && onFailure !== "CONTINUE") {
    fail(`${where}.on-failure`, `the local cloud does not support ${shown(onFailure)}`, "write ABORT or CONTINUE");
  }
  if (name !== "install" && phase.commands === undefined) {
    fail(where, "a phase needs commands", "add commands or remove the phase");
  }
  return {
    commands: strings(`${where}.commands`, phase.commands),
    finally: strings(`${where}.finally`, phase.finally),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
}

function readArtifacts(value: unknown): Artifacts {
  const artifacts = mapping("artifacts", value);
  allow("artifacts", artifacts, ["files", "base-directory", "discard-paths", "name"]);
  // AWS's own tutorials write one file as a text ("Tutorial: Amazon ECS Standard Deployment with CodePipeline").
  const files = typeof artifacts.files === "string" ? [artifacts.files] : strings("artifacts.files", artifacts.files);
  if (files.length === 0) {
    fail("artifacts.files", "names no file", "list the files the build hands on");
  }
  return {
    files,
    baseDirectory: shown(artifacts["base-directory"] ?? "."),
    // In YAML 1.2 `yes` is a text; CodeBuild's page writes `no | yes`
    discardPaths: ["yes", "true"].includes(shown(artifacts["discard-paths"] ?? "no")),
  };
}

function readShell(value: unknown): "bash" | "sh" {
  const shells: Readonly<Record<string, "bash" | "sh">> = { bash: "bash", "/bin/sh": "sh", sh: "sh" };
  const shell = shells[shown(value ?? "sh")];
  return shell ?? fail("env.shell", `${shown(value)} is not a shell of Linux builds`, "write bash or /bin/sh");
}

function readRuntimes(value: unknown): Readonly<Record<string, string>> {
  const runtimes = scalars("phases.install.runtime-versions", value);
  if ("docker" in runtimes) {
    fail("phases.install.runtime-versions", "unknown runtime named 'docker'", "remove it and set privilegedMode");
  }
  return runtimes;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    return fail("buildspec", error instanceof Error ? error.message : String(error), "correct the YAML");
  }
}
