import { awsErrorOf, type AwsErrorKind } from "../verdict/aws-error.ts";
import { StepError } from "./step-error.ts";

export { isAwsError } from "../verdict/aws-error.ts";

/**
 * Waits for AWS's answer. If there is none, or AWS refuses, throws a StepError of one line, `action on what: what AWS
 * says; remedy`: `action` is the IAM action of the call, `on` what the call is about.
 */
export async function answerOf<Answer>(action: string, on: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw awsProblem(error, action, on);
  }
}

/** An error of a call of AWS as a StepError of one line. */
export function awsProblem(error: unknown, action: string, on: string): StepError {
  const { kind, said } = awsErrorOf(error);
  return new StepError([
    `${action} on ${on}: ${said}; ${kind === undefined ? "start the stage again" : remedies[kind]}`,
  ]);
}

const remedies: Readonly<Record<AwsErrorKind, string>> = {
  denied: 'run "pulumi up" for the stack, which gives the role its permissions; a policy of the account may deny it',
  throttled: "AWS has too many requests of this account; wait a minute, then start the stage again",
  credentials: "the credentials of the build are not valid (any more); start the stage again",
  absent: 'run "pulumi up" for the stack, which creates it',
  unreachable: "AWS cannot be reached; check the network of the build, then start the stage again",
};
