import { StepError } from "../kit/step-error.ts";
import type { Release } from "./verify-settings.ts";

/**
 * Asks the application itself, and wants its answer to contain the expected text, in which `{commit}` is the released
 * tag. A redirect is not followed: its own answer counts. Throws a StepError; the new revision still runs then.
 */
export async function smokeTest({ around, smokeTest: test }: Release, tag: string): Promise<void> {
  if (test === undefined) return;
  const { url } = test;
  const expected = test.answer.replaceAll("{commit}", tag);
  const answer = await ask(url);
  if (!answer.includes(expected)) {
    throw new StepError([
      `smoke test: ${url} does not answer "${expected}" but "${inOneLine(answer)}"; the new revision still runs`,
    ]);
  }
  around.say(`smoke test: ${url} answers "${expected}"`);
}

/** The beginning of an answer; a page has many lines, and the reason why a release ends is one. */
const inOneLine = (answer: string): string => answer.trim().replaceAll(/\s+/g, " ").slice(0, 200);

async function ask(url: string): Promise<string> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(30_000) });
    const answer = await response.text();
    if (response.status < 400) return answer;
    throw new Error(`it answers with the status ${response.status}`);
  } catch (error) {
    throw new StepError([`smoke test: ${url}: ${reasonOf(error).slice(0, 200)}; the new revision still runs`]);
  }
}

/** What a failed request says: `fetch` has the reason in the cause, which has a code and may lack a message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "there is no answer within 30 seconds";
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === "" && "code" in cause ? String(cause.code) : cause.message;
}
