import { Refusal, UsageError } from "./refusal.ts";

/** What went wrong, as one line without a stack trace; for errors of AWS with a remedy. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Refusal || error instanceof UsageError) return error.message;
  const [said = ""] = error.message.split("\n");
  const known = kinds.find(({ when }) => when.test(`${error.name}: ${said}`));
  return known === undefined ? said : known.say(said, error.name);
}

/**
 * Whether AWS has answered that it refuses the request; after any other error it is not known whether the request was
 * carried out.
 */
export function wasRefused(error: unknown): boolean {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

interface Kind {
  readonly when: RegExp;
  readonly say: (message: string, name: string) => string;
}

/** AWS's common errors (each API reference, "Common Errors") and those of the SDK; the first that matches is used. */
const kinds: readonly Kind[] = [
  {
    when: /^(ExpiredToken|ExpiredTokenException|RequestExpired|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|CredentialsProviderError|TokenProviderError):/,
    say: (message) => `credentials: ${message}; log in to AWS again`,
  },
  {
    when: /^(Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestLimitExceeded):/,
    say: (message) => `AWS: too many requests (${message}); wait a minute, then try again`,
  },
  {
    when: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation):/,
    say: (message) => `AWS: ${message}; use credentials that have that permission, or ask for it`,
  },
  {
    when: /^(PipelineNotFoundException|ClusterNotFoundException|ServiceNotFoundException|RepositoryNotFoundException):/,
    say: (message) => `AWS: ${message}; check the account and the region, and whether \`pulumi up\` was run`,
  },
  {
    when: /Region is missing/,
    say: () => "region: not known; give --region, or set aws:region for the stack",
  },
  {
    when: /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|^TimeoutError:/,
    say: (message, name) =>
      `AWS: it cannot be reached (${message === "" ? name : message}); check the network and the proxy, then try again`,
  },
];
