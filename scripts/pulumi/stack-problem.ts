import { verbCommand } from "../../components/plain.ts";
import { problemOf } from "../kit/aws-problem.ts";
import type { ThisProcess } from "./this-process.ts";

export interface StackProblemArgs {
  readonly stack: string;
  readonly verb: string;
  readonly self: Pick<ThisProcess, "host" | "runs">;
}

/** Why an operation of Pulumi failed, in lines for people, with a remedy for each known kind of error. */
export function stackProblem(error: unknown, args: StackProblemArgs): readonly string[] {
  const message = error instanceof Error ? error.message : String(error);
  const locked = lockLines(message, args);
  if (locked.length > 0) return locked;
  if (isHalfWritten(message)) return [`stack ${args.stack}: ${message}; ${halfWritten}`];
  const [, signal] = /Command was killed with (SIG\w+)/.exec(message) ?? [];
  if (signal !== undefined) return [`stack ${args.stack}: pulumi was ended by ${signal}`];
  const again = `\`${verbCommand} ${args.verb} --stack ${args.stack}\``;
  const remedy = remedies.find(({ when }) => when.test(message))?.say(again);
  return [
    ...(message.includes("\n") ? message.split("\n") : [problemOf(error)]),
    ...(remedy === undefined ? [] : [remedy]),
  ];
}

/** The line of a problem that names who holds Pulumi's lock, if that process may still end; undefined otherwise. */
export const lockThatEnds = (problem: readonly string[] = []): string | undefined =>
  problem.every((line) => / wait until (that|it) has ended|: nothing was changed$/.test(line)) ? problem[0] : undefined;

/**
 * Whether Pulumi was killed while its backend for files wrote the metadata of the state. They are in a separate file
 * that is not replaced atomically (gocloud.dev, blob/fileblob); until it is deleted, the state cannot be read.
 */
export const isHalfWritten = (message: string): boolean => message.startsWith("failed to load checkpoint: EOF");

/** The remedy for that. */
export const halfWritten =
  "a killed Pulumi has left an empty .attrs file next to the state: delete it; the state itself is complete, and a backend URL that ends in ?metadata=skip has no such file";

interface Remedy {
  readonly when: RegExp;
  readonly say: (again: string) => string;
}

/** Remedies for AWS's errors; the first that matches is used (each service's API reference, "Common Errors"). */
const remedies: readonly Remedy[] = [
  {
    when: /ExpiredToken|RequestExpired|UnrecognizedClientException|InvalidClientTokenId|security token .* (is expired|is invalid)|No valid credential/i,
    say: (again) =>
      `the credentials are no longer valid: log in to AWS again, then ${again}; it continues where this one ended`,
  },
  {
    when: /Throttling|ThrottledException|TooManyRequests|RequestLimitExceeded|Rate exceeded/i,
    say: (again) => `AWS had too many requests: wait a minute, then ${again}; it continues where this one ended`,
  },
  {
    when: /AccessDenied|UnauthorizedOperation|not authorized to perform/i,
    say: (again) => `the credentials may not do that: use others, or ask for that permission, then ${again}`,
  },
  {
    when: /AlreadyExists|already exists|EntityAlreadyExists|BucketAlreadyOwnedByYou|Duplicate\w*Name/i,
    say: () =>
      "it exists in AWS, but not in Pulumi's state: another stack has it, or it was created by hand; delete it, or take it over with `pulumi import`",
  },
];

/** Who holds Pulumi's own lock of the stack, since when, and the remedy; empty if the error is another one. */
function lockLines(message: string, { stack, verb, self }: StackProblemArgs): readonly string[] {
  if (/Another update is currently in progress/i.test(message)) {
    return [
      `stack ${stack}: another update of it is in progress; wait until it has ended, or, if it was killed, run \`pulumi cancel --stack ${stack}\`, then \`${verb}\` again`,
    ];
  }
  // The words of Pulumi's backends for files and buckets (pkg/backend/diy/lock.go).
  return [...message.matchAll(/created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, who = "", host = "", pid = "", since = ""]) => {
      const holder = `${who} on ${host} (process ${pid}) has held Pulumi's lock since ${since.replace("T", " ").replace(/[Z+].*$/, "")}`;
      const release = `run \`pulumi cancel --stack ${stack}\`, then \`${verb}\` again`;
      if (host !== self.host)
        return `stack ${stack}: ${holder}; wait until that has ended, or, if it was killed, ${release}`;
      return self.runs(Number(pid))
        ? `stack ${stack}: ${holder}; wait until that has ended`
        : `stack ${stack}: ${holder}, but no longer runs; ${release}`;
    },
  );
}
