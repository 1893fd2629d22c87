import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Answers, Call } from "./played-aws.ts";
import type { StepCase, StepCases, StepWorld } from "./step-cases.ts";
import { expand, valueOf, type Named } from "./step-values.ts";

/** A file of test/steps, whose values are short: see `expand`. */
interface StepFile {
  /** Answers of AWS, parts of answers, lines and variables, by the names that cases give them. */
  readonly named: Named;
  /** Calls by the names that cases give them; `{last}` is the last line of the case. */
  readonly calls?: Readonly<Record<string, Call>>;
  /** The usual case, in which the step succeeds. A case has what is different. */
  readonly common: WrittenWorld & Pick<WrittenCase, "says" | "calls" | "written">;
  readonly cases: readonly WrittenCase[];
}

interface WrittenWorld {
  /** Variables; a value that is not a text stands for its JSON. */
  readonly environment?: Readonly<Record<string, unknown>>;
  /** The text of each file, or the value whose JSON is its text. */
  readonly files?: Readonly<Record<string, unknown>>;
  /**
   * The answers to an operation, or its only answer. An answer is a mapping, or the list that it consists of; a name
   * stands for an answer or an entry of the list.
   */
  readonly answers?: Readonly<Record<string, unknown>>;
}

interface WrittenCase extends WrittenWorld, Pick<StepCase, "title" | "page" | "written" | "counts"> {
  /** The last line of a step that succeeds. */
  readonly says?: string;
  /** The last line of a step that fails. It calls nothing that changes something, unless the case has `calls`. */
  readonly fails?: string;
  /** All lines before the last one; a name stands for several lines. @default - not looked at */
  readonly before?: readonly string[];
  readonly calls?: readonly (Call | string)[];
}

/** Reads the cases of a step. */
export function stepCases(step: StepCases["step"]): StepCases {
  const file = parse(readFileSync(new URL(`../steps/${step}.yml`, import.meta.url), "utf8")) as StepFile;
  const { named, common } = file;
  return { step, common: worldOf(common, named), cases: file.cases.map((one) => caseOf(one, file)) };
}

/** The keys of a case: an expectation with another one would not be looked at. */
const keys = new Set([
  ...["title", "environment", "files", "answers", "page"],
  ...["says", "fails", "before", "calls", "written", "counts"],
]);

function worldOf({ environment, files, answers }: WrittenWorld, named: Named): StepWorld {
  return {
    ...(environment && { environment: textsOf(environment, named) }),
    ...(files && { files: textsOf(files, named) }),
    ...(answers && { answers: answersOf(answers, named) }),
  };
}

function caseOf(one: WrittenCase, { named, calls: known = {}, common }: StepFile): StepCase {
  const [unknown] = Object.keys(one).filter((key) => !keys.has(key));
  if (unknown !== undefined)
    throw new Error(`test/steps: "${one.title}" has the key "${unknown}", which means nothing`);
  const last = String(expand(one.fails ?? one.says ?? common.says ?? "", named));
  const calls = one.calls ?? (one.fails === undefined ? common.calls : undefined) ?? [];
  const written = one.written ?? common.written;
  return {
    ...worldOf(one, named),
    title: one.title,
    code: one.fails === undefined ? 0 : 1,
    last,
    calls: calls.map((call) => callOf(call, known, last, named)),
    ...(one.page && { page: expand(one.page, named) as StepCase["page"] }),
    ...(one.before && {
      said: [...one.before.flatMap((line) => linesOf(line, named)), ...(last === "" ? [] : [last])],
    }),
    ...(written && { written: expand(written, named) as StepCase["written"] }),
    ...(one.counts && { counts: one.counts }),
  };
}

/** Texts by their names; null is none. */
function textsOf(values: Readonly<Record<string, unknown>>, named: Named): Readonly<Record<string, string | null>> {
  const entries = Object.entries(expand(values, named) as typeof values);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "string" || value === null ? value : JSON.stringify(value)]),
  );
}

const answersOf = (answers: Readonly<Record<string, unknown>>, named: Named): Answers =>
  Object.fromEntries(
    Object.entries(answers).map(([key, listed]) => [
      String(expand(key, named)),
      (Array.isArray(listed) ? listed : [listed]).map((answer: unknown) => answerOf(key, answer, named)),
    ]),
  );

function answerOf(key: string, answer: unknown, named: Named): unknown {
  if (typeof answer === "string") return answerOf(key, valueOf(answer, named), named);
  if (!Array.isArray(answer)) return expand(answer, named);
  const entries = answer.map((entry: unknown) =>
    typeof entry === "string" && !entry.startsWith("arn:") ? valueOf(entry, named) : entry,
  );
  return { [listIn[key.split(" ")[0] ?? ""] ?? ""]: expand(entries, named) };
}

/** The list in an answer to an operation. */
const listIn: Readonly<Record<string, string>> = {
  BatchGetImage: "images",
  DescribeImages: "imageDetails",
  DescribeScalableTargets: "ScalableTargets",
  DescribeServiceDeployments: "serviceDeployments",
  DescribeServiceRevisions: "serviceRevisions",
  DescribeServices: "services",
  DescribeTargetHealth: "TargetHealthDescriptions",
  DescribeTasks: "tasks",
  ListActionExecutions: "actionExecutionDetails",
  ListServiceDeployments: "serviceDeployments",
  ListTasks: "taskArns",
};

function linesOf(line: string, named: Named): readonly string[] {
  const lines = Object.hasOwn(named, line) ? named[line] : line;
  return [expand(lines, named)].flat().map(String);
}

function callOf(call: Call | string, known: Readonly<Record<string, Call>>, last: string, named: Named): Call {
  const text = JSON.stringify(expand(typeof call === "string" ? valueOf(call, known) : call, named));
  return JSON.parse(text.replaceAll('"{last}"', JSON.stringify(last))) as Call;
}
