import { DescribeKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { isAwsError } from "../../build/verdict/aws-error.ts";
import type { DeclaredParameters } from "../pulumi/declared-parameters.ts";
import { readParametersNamed, type ParameterView } from "./view.ts";
import { Refusal } from "../kit/refusal.ts";
import type { Clients } from "../verb/surroundings.ts";

/** The KMS keys that a stack's roles may use to decrypt parameters. */
export interface DeclaredKeys {
  readonly stack: string;
  /** ARNs in `parameterKmsKeyArns`. */
  readonly keyArns: readonly string[];
}

/**
 * For each parameter that the stack's roles cannot decrypt, the reason and the remedy, by the parameter's name.
 * Parameter Store names a key in the way in which it was given. `alias/aws/ssm`, a declared ARN and the id in one need
 * no request to KMS. Any other alias, id or ARN is looked up there: an alias does not say which key it is for, and an
 * id may be that of `aws/ssm`.
 */
export async function keyProblems(
  parameters: readonly ParameterView[],
  declared: DeclaredKeys,
  kms: KMSClient,
): Promise<Readonly<Record<string, string>>> {
  const unknown = parameters.flatMap(({ name, keyId }) =>
    keyId === undefined || isDeclared(keyId, declared.keyArns) ? [] : [{ name, keyId }],
  );
  const problems = new Map<string, string | undefined>();
  for (const keyId of new Set(unknown.map((parameter) => parameter.keyId))) {
    problems.set(keyId, problemOfKey(await lookUp(kms, keyId), declared));
  }
  const found = unknown.flatMap(({ name, keyId }) => {
    const problem = problems.get(keyId);
    return problem === undefined ? [] : [[name, `${name} is encrypted under ${keyId}${problem}`] as const];
  });
  return Object.fromEntries(found);
}

/** Refuses an `up` of a stack whose tasks could not decrypt the parameters that they read. */
export async function refuseUndeclaredKeys(
  declared: DeclaredParameters,
  clients: (region: string | undefined) => Pick<Clients, "kms" | "ssm">,
): Promise<void> {
  const { stack, region, variables } = declared;
  const names = [...new Set(Object.values(variables).map(({ name }) => name))];
  if (names.length === 0) return;
  const { kms, ssm } = clients(region);
  const problems = await keyProblems(await readParametersNamed(ssm, names), declared, kms);
  const lines = Object.entries(variables).flatMap(([variable, { name }]) =>
    problems[name] === undefined ? [] : [`${variable}: ${problems[name]}`],
  );
  if (lines.length > 0) throw new Refusal(`${lines.join("\n")}\nstack ${stack}: nothing was changed`);
}

/** Parameter Store's own key, with which every role of the account may decrypt. */
const ownKey = /^(arn:.*:)?alias\/aws\/ssm$/;

function isDeclared(keyId: string, keyArns: readonly string[]): boolean {
  return ownKey.test(keyId) || keyArns.some((arn) => arn === keyId || arn.endsWith(`:key/${keyId}`));
}

/** A key's description from KMS, or the reason why KMS does not give it. */
interface LookedUp {
  readonly arn: string | undefined;
  readonly managedByAws: boolean;
  readonly why: string;
}

async function lookUp(kms: KMSClient, KeyId: string): Promise<LookedUp> {
  try {
    const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId }));
    return { arn: key?.Arn, managedByAws: key?.KeyManager === "AWS", why: "" };
  } catch (error) {
    if (!isAwsError(error, "AccessDeniedException", "NotFoundException")) throw error;
    // An ARN identifies its key, even if these credentials may not describe it.
    return { arn: /:key\//.test(KeyId) ? KeyId : undefined, managedByAws: false, why: error.message };
  }
}

/** What is wrong with a key, as the end of a sentence; undefined if the roles may use it. */
function problemOfKey({ arn, managedByAws, why }: LookedUp, { stack, keyArns }: DeclaredKeys): string | undefined {
  if (arn === undefined) {
    return `, and KMS does not say which key that is (${why}); use credentials that may call kms:DescribeKey, or put the value again with the ARN of a key in parameterKmsKeyArns`;
  }
  // The only AWS managed key that Parameter Store accepts is aws/ssm.
  if (managedByAws || keyArns.includes(arn)) return undefined;
  const add = `pulumi config set --path 'parameterKmsKeyArns[${keyArns.length}]' ${arn} --stack ${stack}`;
  return ` (${arn}), which is not in parameterKmsKeyArns, so no task that reads it can start; run \`${add}\``;
}
