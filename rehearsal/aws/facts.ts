import type { PipelineRun, RunAction } from "../kit/pipeline-run.ts";

/** What a rehearsal has seen of AWS. */
export interface Seen {
  /** The runs of the pipeline that were waited for, in their order. */
  readonly runs: readonly PipelineRun[];
  /** Tasks that the ECS services wanted before the first push; undefined if no one has looked. */
  readonly countsBefore: readonly number[] | undefined;
  /** The same after the first release. */
  readonly countsAfter: readonly number[] | undefined;
  /** Lines of builds' logs in which AWS refuses a call. */
  readonly denied: readonly string[];
  /** Seconds from each upload to the start of its run. */
  readonly startSeconds: readonly number[];
}

/** A question about AWS that only an account answers, and how a rehearsal observes the answer. */
export interface Fact {
  readonly question: string;
  /** The answer; undefined if the rehearsal did not get so far. */
  readonly answer: (seen: Seen) => string | undefined;
}

/** What no one has seen on AWS yet, as far as a rehearsal can see it. */
export const facts: readonly Fact[] = [
  {
    question: "Does the ECS action deploy to a service whose count is 0, as in the first release?",
    answer: ({ runs: [first], countsBefore }) =>
      countsBefore === undefined || !countsBefore.every((count) => count === 0)
        ? undefined
        : verdict(actionsOf(first, /^Deploy/)),
  },
  {
    question: "May Verify register the scalable targets, which starts the tasks of the first release?",
    answer: ({ runs: [first], countsBefore, countsAfter }) => {
      if (countsBefore?.every((count) => count === 0) !== true || countsAfter === undefined) return undefined;
      const verified = verdict(actionsOf(first, /^Verify/));
      return verified === "yes" && !countsAfter.every((count) => count > 0) ? "no: a service has no tasks" : verified;
    },
  },
  {
    question: "Does the ECS action keep every key of the task definition? Verify compares them.",
    answer: ({ runs }) => verdict(runs.flatMap((run) => actionsOf(run, /^Verify/))),
  },
  {
    question: "Do the permissions of the roles suffice?",
    answer: ({ runs, denied }) => {
      if (runs.length === 0) return undefined;
      const errors = runs.flatMap(({ actions }) => actions.map(({ error }) => error)).filter(isDenied);
      const [first] = [...denied, ...errors];
      return first === undefined ? "yes, no call was refused" : `no: ${first}`;
    },
  },
  {
    question: "How long after an upload to S3 does its run start?",
    answer: ({ startSeconds }) =>
      startSeconds.length === 0 ? undefined : `${startSeconds.map((one) => one.toFixed(0)).join(", ")} s`,
  },
  {
    question: "How long does each action of the first release take?",
    answer: ({ runs: [first] }) =>
      first?.actions.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(", "),
  },
];

/** Whether a line says that AWS has refused a call. */
export const isDenied = (line: string): boolean =>
  /AccessDenied|UnauthorizedOperation|not authorized to perform/i.test(line);

/** The questions with their answers, as lines. */
export const factLines = (seen: Seen): readonly string[] => [
  "what no one had seen on AWS before:",
  ...facts.flatMap(({ question, answer }) => [`  ${question}`, `    ${answer(seen) ?? "not seen in this rehearsal"}`]),
];

const actionsOf = (run: PipelineRun | undefined, name: RegExp): readonly RunAction[] =>
  (run?.actions ?? []).filter((action) => name.test(action.name));

function verdict(actions: readonly RunAction[]): string | undefined {
  if (actions.length === 0) return undefined;
  const failed = actions.find(({ status }) => status !== "Succeeded");
  return failed === undefined
    ? "yes"
    : `no: ${failed.name} ${failed.status}${failed.error === "" ? "" : `: ${failed.error}`}`;
}
