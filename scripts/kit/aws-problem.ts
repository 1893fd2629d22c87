import { Refusal, UsageError } from "./refusal.ts";

/** What went wrong, in a line for people: never a stack trace, and for AWS's errors how to go on. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Refusal || error instanceof UsageError) return error.message;
  const [said = ""] = error.message.split("\n");
  const known = kinds.find(({ when }) => when.test(`${error.name}: ${said}`));
  return known === undefined ? said : known.say(said, error.name);
}

/** Whether AWS has answered that it does not do what it was asked; after any other error, nobody knows whether it did. */
export function wasRefused(error: unknown): boolean {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

interface Kind {
  readonly when: RegExp;
  readonly say: (message: string, name: string) => string;
}

/** Names of AWS's common errors (each API reference, "Common Errors") and of the SDK's own, the first that fits. */
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
