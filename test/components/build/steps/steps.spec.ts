import { globSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { cloud, only } from "../../../support/cloud.ts";
import { statementsOf } from "../../../support/iam.ts";
import { runProgram } from "../../../support/program.ts";
import { needsOf } from "../../../support/shell.ts";

interface Action {
  readonly name: string;
  readonly provider: string;
  readonly inputArtifacts?: readonly string[];
  readonly outputArtifacts?: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
}
interface Variable {
  readonly name: string;
  readonly value: string;
}
interface Buildspec {
  readonly env: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly "exported-variables"?: readonly string[];
  };
  readonly phases: Readonly<Record<string, { readonly commands: readonly string[] }>>;
  readonly artifacts?: { readonly files: readonly string[] };
}

const runId = "PIPELINE_EXECUTION_ID";
const steps = ["migrate", "verify", "watch"] as const;

function actions(): readonly Action[] {
  const { stages } = only("aws:codepipeline/pipeline:Pipeline").inputs;
  return (stages as { actions: Action[] }[]).flatMap((stage) => stage.actions);
}

/** Names of the variables that a project sets in its builds. */
function variablesOf(purpose: string): readonly string[] {
  const { environment } = only("aws:codebuild/project:Project", `shop-staging-${purpose}`).inputs;
  const { environmentVariables } = environment as { environmentVariables: Variable[] };
  return environmentVariables.map(({ name }) => name).toSorted();
}

/** The action that starts a project. */
function actionOf(purpose: string): Action | undefined {
  return actions().find(({ configuration }) => configuration["ProjectName"] === `shop-staging-${purpose}`);
}

function phasesOf(purpose: string): Buildspec["phases"] {
  const { source } = only("aws:codebuild/project:Project", `shop-staging-${purpose}`).inputs;
  return (JSON.parse((source as { buildspec: string }).buildspec) as Buildspec).phases;
}

const scriptOf = (purpose: string): string => commandsOf(phasesOf(purpose));

function commandsOf(phases: Buildspec["phases"]): string {
  return Object.values(phases)
    .flatMap(({ commands }) => commands)
    .join("\n");
}

/** Actions granted to a project's role for its own work: without logging, taking its input and handing on its output. */
function granted(purpose: string): readonly string[] {
  const policy = cloud.find(
    ({ type, inputs }) => type.startsWith("aws:iam/rolePolicy") && inputs["role"] === `shop-staging-${purpose}`,
  );
  const all = statementsOf(policy?.inputs["policy"] as string).flatMap(({ Action }) => Action);
  return all.filter((action) => !/^(logs:(Create|Put)|s3:)/.test(action)).toSorted();
}

/** What CodeBuild sets in every build ("Environment variables in build environments"). */
const ofCodeBuild = /^(AWS|CODEBUILD)_/;

describe("the steps of the release", () => {
  before(() => runProgram({ stack: "staging" }));

  for (const step of steps) {
    it(`give ${step} the variables that its script reads, and no others`, () => {
      const read = needsOf(scriptOf(step)).variables.filter((name) => !ofCodeBuild.test(name) && name !== runId);
      expect(variablesOf(step)).to.deep.equal(read);
    });

    it(`allow ${step} the AWS calls that its script makes, and no others`, () => {
      expect(granted(step)).to.deep.equal(needsOf(scriptOf(step)).actions);
    });

    it(`run ${step} from the build's output, not from the source`, () => {
      const { source } = only("aws:codebuild/project:Project", `shop-staging-${step}`).inputs;
      expect((source as { type: string }).type).to.equal("CODEPIPELINE");
      expect(actionOf(step)?.inputArtifacts).to.deep.equal(["BuildOutput"]);
    });

    it(`give ${step} the ID of its run`, () => {
      const given = JSON.parse(actionOf(step)?.configuration["EnvironmentVariables"] ?? "[]") as unknown;
      expect(given).to.deep.equal([{ name: runId, value: "#{codepipeline.PipelineExecutionId}", type: "PLAINTEXT" }]);
    });

    it(`stop ${step} at its first failing command`, () => {
      const { commands } = phasesOf(step)["build"] ?? { commands: [] };
      const [write = "", ...more] = commands;
      const [first, ...script] = write.trimEnd().split("\n");
      expect([first, script.indexOf("END_OF_STEP"), ...more]).to.deep.equal([
        "cat > step.sh <<'END_OF_STEP'",
        script.length - 1,
        "bash -euo pipefail step.sh",
      ]);
    });
  }
});

describe("every loop of the delivery scripts", () => {
  it("reads a variable or a file, because bash loses the exit code of a command that it reads from", () => {
    const files = [...globSync("components/build/steps/*.sh"), "buildspec.yml"];
    const loops = files.flatMap((file) => readFileSync(file, "utf8").match(/< <\(.*|\bfor \w+ in .*\$\(.*/g) ?? []);
    expect([files.length > 5, loops]).to.deep.equal([true, []]);
  });
});

describe("the buildspec", () => {
  before(() => runProgram({ stack: "staging" }));

  const buildspec = parse(readFileSync("buildspec.yml", "utf8")) as Buildspec;
  const needs = needsOf(commandsOf(buildspec.phases));
  const scripts = ["environment", "format", "plan", "program", "promotion"]
    .map((name) => `build/${name}.ts`)
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");

  /** Variables that the scripts of the build ask for by name. */
  const asked = [...scripts.matchAll(/(?:required\(environment, |environment\[)"(\w+)"/g)].map(([, name = ""]) => name);

  it("is the one that the build project runs", () => {
    const { source } = only("aws:codebuild/project:Project", "shop-staging-build").inputs;
    expect(source).to.deep.equal({ type: "CODEPIPELINE", buildspec: "buildspec.yml" });
  });

  it("reads only variables that the project, CodeBuild or the buildspec itself sets, and reads all that the project sets", () => {
    const own = [...Object.keys(buildspec.env.variables ?? {}), ...(buildspec.env["exported-variables"] ?? [])];
    const read = new Set(
      [...needs.variables, ...asked].filter((name) => !ofCodeBuild.test(name) && !own.includes(name)),
    );
    const repositories = ["REPOSITORY_PROXY", "REPOSITORY_WEB"];
    expect(variablesOf("build")).to.deep.equal([...read, ...repositories].toSorted());
  });

  it("makes only AWS calls that its role allows, in addition to Docker's pushes", () => {
    const push = ["BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer"];
    const more = ["InitiateLayerUpload", "PutImage", "UploadLayerPart"];
    const docker = [...push, ...more].map((action) => `ecr:${action}`);
    // `aws s3 cp` is no action of S3's; permissions.spec.ts has the one that it needs.
    const called = needs.actions.filter((action) => action !== "s3:Cp");
    expect(granted("build")).to.deep.equal([...new Set([...called, ...docker])].toSorted());
  });

  it("writes exactly the artifacts that the release reads", () => {
    const read = steps.flatMap((step) =>
      [...scriptOf(step).matchAll(/\b([\w-]+\.json)\b/g)].map(([, file = ""]) => file),
    );
    const files = actions().flatMap(({ configuration }) => configuration["FileName"] ?? []);
    expect([...new Set([...read, ...files])].toSorted()).to.deep.equal([
      "imagedefinitions-worker.json",
      "imagedefinitions.json",
      "release.json",
    ]);
    // A file for each ECS service, of whatever name.
    expect(buildspec.artifacts?.files).to.deep.equal(["imagedefinitions*.json", "release.json"]);
  });

  it("exports only variables that it sets", () => {
    const commands = commandsOf(buildspec.phases);
    const unset = (buildspec.env["exported-variables"] ?? []).filter((name) => !commands.includes(`${name}=`));
    expect(unset).to.deep.equal([]);
  });

  it("prints no secret and writes no .env file", () => {
    const commands = commandsOf(buildspec.phases);
    const traces = [
      /set -[a-z]*x/,
      /\benv\b(?! -u)/,
      /printenv/,
      /\.env\b/,
      /compose [^\n]*\bconfig\b(?! -q)/,
      /docker commit/,
    ];
    expect(traces.filter((trace) => trace.test(commands))).to.deep.equal([]);
  });
});

describe("each artifact of the pipeline", () => {
  it("is created before it is used", async () => {
    await runProgram({ stack: "production" });
    const made = new Set<string>();
    const early = actions().flatMap(({ name, inputArtifacts = [], outputArtifacts = [] }) => {
      const missing = inputArtifacts.filter((artifact) => !made.has(artifact));
      for (const artifact of outputArtifacts) made.add(artifact);
      return missing.map((artifact) => `${name}: ${artifact}`);
    });
    expect(early).to.deep.equal([]);
    expect([...made]).to.deep.equal(["Source", "BuildOutput"]);
  });
});
