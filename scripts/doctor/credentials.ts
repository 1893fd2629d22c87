import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { problemOf } from "../kit/aws-problem.ts";
import { stackFileName } from "../kit/stack-file-name.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { missing, ok, skipped, type Check } from "./check.ts";
import type { MachineClients } from "../verb/machine.ts";
import type { ProgramReading } from "../pulumi/program-reading.ts";

/** The account and the region of the shell's credentials, and those of the stack. */
export interface Credentials {
  readonly stack: string;
  /** The account's id, or why it is not known. */
  readonly account: string | { readonly problem: string };
  readonly shellRegion: string | undefined;
  readonly program: Pick<ProgramReading, "region" | "allowedAccounts">;
  /** The stack's names; undefined before the first `up`. */
  readonly names: Pick<StackNames, "region" | "account"> | undefined;
}

/** Asks AWS for the account of these credentials: one call, which needs no permission. */
export async function readCaller({ sts }: Pick<MachineClients, "sts">): Promise<Credentials["account"]> {
  try {
    return (await sts.send(new GetCallerIdentityCommand({}))).Account ?? "";
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** Checks whether the shell uses the stack's account and region. */
export const judgeCredentials = (found: Credentials): readonly Check[] => [judgeAccount(found), judgeRegion(found)];

function judgeAccount({ stack, account, program, names }: Credentials): Check {
  if (typeof account !== "string") {
    return account.problem.startsWith("credentials:")
      ? missing(account.problem)
      : skipped(`account: ${account.problem}`);
  }
  const { allowedAccounts: allowed } = program;
  if (allowed.length > 0 && !allowed.includes(account)) {
    return missing(
      `account: the shell's is ${account}, aws:allowedAccountIds of ${stackFileName(stack)} has ${allowed.join(", ")}; log in to that one`,
    );
  }
  if (names?.account !== undefined && names.account !== account) {
    return missing(`account: the shell's is ${account}, the stack's ${names.account}; log in to that one`);
  }
  return ok(`account: ${account}`);
}

function judgeRegion({ stack, shellRegion, program, names }: Credentials): Check {
  const region = program.region ?? shellRegion;
  if (region === undefined) {
    return missing(`region: nothing sets it; run \`pulumi config set aws:region REGION --stack ${stack}\``);
  }
  if (names !== undefined && names.region !== region) {
    const where = program.region === undefined ? "the shell's region" : `aws:region of ${stackFileName(stack)}`;
    return missing(
      `region: the stack was brought up in ${names.region}, and ${where} is ${region}; run \`pulumi config set aws:region ${names.region} --stack ${stack}\``,
    );
  }
  if (shellRegion !== undefined && shellRegion !== region) {
    return missing(
      `region: the shell's is ${shellRegion}, the stack's ${region}, so \`aws\` commands look in another region; run \`export AWS_REGION=${region}\``,
    );
  }
  return ok(`region: ${region}`);
}
