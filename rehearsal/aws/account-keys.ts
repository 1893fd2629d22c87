/** Keys of the AWS provider that a rehearsal keeps as they are. */
export const accountKeys: readonly string[] = ["aws:profile", "aws:maxRetries", "aws:retryMode"];

/** Keys that a rehearsal sets itself. */
const ownKeys: readonly string[] = ["aws:region", "aws:allowedAccountIds", "aws:defaultTags"];

/**
 * Why a stack's keys of the AWS provider cannot be used; undefined if they can. The rehearsal calls AWS with the shell's
 * credentials, so the provider must not use any others.
 */
export function providerProblem(file: string, configured: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = Object.keys(configured).find(
    (key) => key.startsWith("aws:") && ![...accountKeys, ...ownKeys].includes(key),
  );
  if (wrong === undefined) return undefined;
  return `${file}: ${wrong} is set, and a rehearsal on AWS uses the credentials of the shell alone; remove the key, and log in to that account or role in the shell`;
}

/** The tags of `aws:defaultTags`, which `pulumi config set` may have written as JSON. */
export function inheritedTags(value: unknown): Readonly<Record<string, string>> {
  try {
    const given: unknown = typeof value === "string" ? JSON.parse(value) : value;
    return (given as { readonly tags?: Readonly<Record<string, string>> } | undefined)?.tags ?? {};
  } catch {
    return {};
  }
}
