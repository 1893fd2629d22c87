import { awsErrorOf, type AwsErrorKind } from "../../build/verdict/aws-error.ts";
import { Refusal, UsageError } from "./refusal.ts";

/** What went wrong, as one line without a stack trace; for errors of AWS with a remedy. */
export function problemOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof UsageError) return error.message;
  const { kind, said } = awsErrorOf(error);
  if (said.includes("Region is missing")) return "region: not known; give --region, or set aws:region for the stack";
  return kind === undefined ? said : lines[kind](said);
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

const lines: Readonly<Record<AwsErrorKind, (said: string) => string>> = {
  denied: (said) => `AWS: ${said}; use credentials that have that permission, or ask for it`,
  throttled: (said) => `AWS: too many requests (${said}); wait a minute, then try again`,
  credentials: (said) => `credentials: ${said}; log in to AWS again`,
  absent: (said) => `AWS: ${said}; check the account and the region, and whether \`pulumi up\` was run`,
  unreachable: (said) => `AWS: it cannot be reached (${said}); check the network and the proxy, then try again`,
};
