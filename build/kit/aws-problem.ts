import { StepError } from "./step-error.ts";

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
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const first = message.split("\n")[0]?.trim() ?? "";
  // A connection that fails on each address of a host has no message, but a code.
  const said = first === "" ? (codeOf(error) ?? name) : first.replace(/\.$/, "");
  const known = kinds.find(({ when }) => when.test(`${name}: ${codeOf(error) ?? ""} ${first}`));
  return new StepError([`${action} on ${on}: ${said}; ${known?.remedy ?? "start the stage again"}`]);
}

/** Whether an error is the one to which AWS gives this name (API reference of the action, "Errors"). */
export const isAwsError = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/**
 * AWS's common errors (each API reference, "Common Errors"), those of the services that the steps call, and those of the
 * SDK; the first that matches is used.
 */
const kinds: readonly { readonly when: RegExp; readonly remedy: string }[] = [
  {
    when: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation):/,
    remedy: 'run "pulumi up" for the stack, which gives the role its permissions; a policy of the account may deny it',
  },
  {
    when: /^(Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestLimitExceeded|LimitExceededException):/,
    remedy: "AWS has too many requests of this account; wait a minute, then start the stage again",
  },
  {
    when: /^(ExpiredToken|ExpiredTokenException|RequestExpired|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|CredentialsProviderError|TokenProviderError):/,
    remedy: "the credentials of the build are not valid (any more); start the stage again",
  },
  {
    when: /^(\w*NotFoundException|\w*NotFound):|Unable to describe task definition/,
    remedy: 'run "pulumi up" for the stack, which creates it',
  },
  {
    when: /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|^TimeoutError:/,
    remedy: "AWS cannot be reached; check the network of the build, then start the stage again",
  },
];
