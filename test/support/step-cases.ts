import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inlineBuildspec } from "../../components/build/steps/inline-buildspec.ts";

/** Cases of one step of a release, as a file of test/steps has them: nothing in them says in which language a step is written. */
export interface StepCases {
  readonly step: "migrate" | "images" | "watch" | "verify";
  /** What every case begins with; a case adds to it, and `null` takes a file away. */
  readonly common: StepWorld;
  /** Calls by the names that cases give them. @default - none */
  readonly calls?: Readonly<Record<string, Call>>;
  readonly cases: readonly StepCase[];
}

/** What a step is given. */
export interface StepWorld {
  readonly environment?: Readonly<Record<string, string>>;
  /** Text of each file in the step's folder. */
  readonly files?: Readonly<Record<string, string | null>>;
  /**
   * What AWS answers to each operation, or to `OPERATION VALUE` where one of its inputs is that value, in order; the last
   * answer is given for ever, `{"error": CODE}` is a refusal.
   */
  readonly answers?: Readonly<Record<string, readonly unknown[]>>;
}

export interface StepCase extends StepWorld {
  /** What the step does then, as one sentence. */
  readonly title: string;
  readonly code: number;
  /** The last line that the step prints. */
  readonly last: string;
  /** The calls that change something, in order: each operation with its input, or the call's name. */
  readonly calls: readonly (Call | string)[];
  /** Files that the step has written or changed, as JSON. @default - not looked at */
  readonly written?: Readonly<Record<string, unknown>>;
}

/** An operation of AWS's API with its input. */
type Call = readonly [operation: string, input: Readonly<Record<string, unknown>>];

/** What is compared of a step: what it ends with, what it has done and written. */
export type StepResult = Pick<StepCase, "code" | "last" | "calls" | "written">;

/** Reads the cases of a step. */
export const stepCases = (step: StepCases["step"]): StepCases =>
  JSON.parse(readFileSync(new URL(`../steps/${step}.json`, import.meta.url), "utf8")) as StepCases;

/** What a case wants; `written` only where it says so. */
export function wanted({ calls: known = {} }: StepCases, { code, last, calls, written }: StepCase): StepResult {
  const named = (name: string): Call => known[name] ?? [name, {}];
  return {
    code,
    last,
    calls: calls.map((call) => (typeof call === "string" ? named(call) : call)),
    ...(written && { written }),
  };
}

/** Plays a case on the step as it is today: the script that CodeBuild runs, with an `aws` that answers as the case says. */
export function playCase({ step, common }: StepCases, one: StepCase): StepResult {
  const folder = mkdtempSync(join(tmpdir(), `${step}-`));
  try {
    const given = fill(folder, common, one);
    const { phases } = JSON.parse(inlineBuildspec(step)) as { phases: { build: { commands: readonly string[] } } };
    const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-ec", phases.build.commands.join("\n")], {
      cwd: join(folder, "work"),
      env: {
        PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
        POLL_SECONDS: "0",
        TIMEOUT_MINUTES: "1",
        CASE: folder,
        CODEBUILD_SRC_DIR: join(folder, "work"),
        ...common.environment,
        ...one.environment,
      },
      encoding: "utf8",
      timeout: 30_000,
    });
    const said = [...lines(stdout), ...lines(stderr)];
    const calls = lines(readFileSync(join(folder, "calls"), "utf8")).map((line) => JSON.parse(line) as string[]);
    return {
      code: status ?? -1,
      last: said.at(-1) ?? "",
      calls: calls.map(inputOf).filter(([operation]) => changing.has(operation)),
      ...(one.written && { written: writtenIn(join(folder, "work"), given) }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes the files, the answers and the `aws` of a case; the files of the step are its result. */
function fill(folder: string, common: StepWorld, one: StepCase): Readonly<Record<string, string>> {
  for (const name of ["bin", "answers", "work"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "calls"), "");
  writeFileSync(join(folder, "bin", "aws"), aws, { mode: 0o755 });
  for (const [operation, answers] of Object.entries({ ...common.answers, ...one.answers })) {
    const file = operation.replaceAll("/", "_");
    writeFileSync(join(folder, "answers", file), answers.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
  }
  const files: Readonly<Record<string, string | null>> = { ...common.files, ...one.files };
  const given = Object.fromEntries(
    Object.entries(files).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
  );
  for (const [name, text] of Object.entries(given)) writeFileSync(join(folder, "work", name), text);
  return given;
}

function writtenIn(folder: string, given: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const found = readdirSync(folder)
    .toSorted()
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name, readFileSync(join(folder, name), "utf8")] as const)
    .filter(([name, text]) => given[name] !== text);
  return Object.fromEntries(found.map(([name, text]) => [name, JSON.parse(text) as unknown]));
}

/** Operations that change something; a step may read in other calls than today. */
const changing: ReadonlySet<string> = new Set([
  ...["RegisterTaskDefinition", "RunTask", "StopTask", "TagResource"],
  ...["UpdateService", "StopServiceDeployment", "StopPipelineExecution", "PutImage"],
]);

/** Options of the AWS CLI that are lists in the API. */
const listed: ReadonlySet<string> = new Set(["services", "tasks", "tags", "imageIds", "resourceIds"]);

/** A call of the AWS CLI as the operation of the API that it makes, with its input. */
function inputOf([, verb = "", ...words]: readonly string[]): Call {
  const input: Record<string, unknown> = {};
  for (const [at, word] of words.entries()) {
    if (!word.startsWith("--")) continue;
    const end = words.findIndex((each, index) => index > at && each.startsWith("--"));
    const values = words.slice(at + 1, end === -1 ? undefined : end).map(valueOf);
    const name = camel(word.slice(2));
    if (name === "cliInputJson") Object.assign(input, values[0]);
    else if (name !== "query" && name !== "output") input[name] = listed.has(name) ? values : (values[0] ?? true);
  }
  const operation = camel(verb);
  return [`${operation[0]?.toUpperCase() ?? ""}${operation.slice(1)}`, input];
}

/** A value of an option: JSON, the shorthand of a tag, or text. */
function valueOf(text: string): unknown {
  if (/^[[{]/.test(text)) return JSON.parse(text) as unknown;
  const [, key, value] = /^key=([^,]*),value=(.*)$/.exec(text) ?? [];
  return key === undefined ? text : { key, value };
}

const camel = (name: string): string => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const lines = (output: string): readonly string[] => output.split("\n").filter((line) => line !== "");

/** The AWS CLI: takes the next answer to the operation, and what `--query` asks for of it; jq takes the place of JMESPath. */
const aws = `#!/usr/bin/env bash
jq -nc '$ARGS.positional' --args -- "$@" >> "$CASE/calls"
answers="$CASE/answers/$(sed -E 's/(^|-)([a-z])/\\U\\2/g' <<< "$2")"
slash=/
for word in "$@"; do
  [ ! -e "$answers \${word//$slash/_}" ] || { answers="$answers \${word//$slash/_}"; break; }
done
[ -e "$answers" ] || { echo "the case has no answer to: aws $*" >&2; exit 255; }
mapfile -t next < "$answers"
[ "\${#next[@]}" -lt 2 ] || printf '%s\\n' "\${next[@]:1}" > "$answers"
if error=$(jq -er '.error? // empty' <<< "\${next[0]}"); then
  echo "An error occurred ($error) when calling the operation" >&2
  exit 254
fi
query=. output=json
while [ $# -gt 0 ]; do
  case $1 in
    --query) query=$2 ;;
    --output) output=$2 ;;
  esac
  shift
done
case $query in
  . | '') filter=. ;;
  'sort_by(serviceDeployments, &createdAt)'*) filter="(.serviceDeployments | sort_by(.createdAt))\${query#*)}" ;;
  *'[].{name: actionName'*) filter='[.actionExecutionDetails[] | {name: .actionName, status, start: .startTime}]' ;;
  *'[]'*) filter="[.$query]" ;;
  *) filter=".$query" ;;
esac
case $output in
  text) jq -r "$filter"' | if type == "array" then join("\\t") else . // "None" end' <<< "\${next[0]}" ;;
  *) jq "$filter" <<< "\${next[0]}" ;;
esac
`;
