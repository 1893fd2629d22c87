/** What went wrong in a call of AWS, for errors that many actions of AWS have. */
export type AwsErrorKind = "denied" | "throttled" | "credentials" | "absent" | "unreachable";

/** An error of a call of AWS. */
export interface AwsError {
  /** Undefined for an error that is particular to one action. */
  readonly kind: AwsErrorKind | undefined;
  /** What AWS or its client says, in one line without a full stop. */
  readonly said: string;
}

/** Reads an error of a call of AWS, or of anything else that was thrown. */
export function awsErrorOf(error: unknown): AwsError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const first = message.split("\n")[0]?.trim() ?? "";
  // A connection that fails on each address of a host has no message, but a code.
  const said = first === "" ? (codeOf(error) ?? name) : first.replace(/\.$/, "");
  return { kind: kinds.find(({ when }) => when.test(`${name}: ${codeOf(error) ?? ""} ${first}`))?.kind, said };
}

/** Whether an error is one of those to which AWS gives these names (API reference of the action, "Errors"). */
export const isAwsError = (error: unknown, ...names: readonly string[]): error is Error =>
  error instanceof Error && names.includes(error.name);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/**
 * AWS's common errors (each API reference, "Common Errors"), those of the services that are called, and those of the SDK;
 * the first that matches is used. `up` does not create images, so the kind of a missing image is not `absent`.
 */
const kinds: readonly { readonly kind: AwsErrorKind; readonly when: RegExp }[] = [
  { kind: "denied", when: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation):/ },
  {
    kind: "throttled",
    when: /^(Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestLimitExceeded|LimitExceededException):/,
  },
  {
    kind: "credentials",
    when: /^(ExpiredToken|ExpiredTokenException|RequestExpired|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|CredentialsProviderError|TokenProviderError):/,
  },
  { kind: "absent", when: /^((?!Image)\w*NotFoundException|\w*NotFound):|Unable to describe task definition/ },
  { kind: "unreachable", when: /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|^TimeoutError:/ },
];
