import type { Names, Place } from "./names.ts";
import { Refusal } from "./refusal.ts";
import type { Statement } from "./statement.ts";

/**
 * Lets a role decrypt the values of these parameters with customer managed KMS keys, and only through Parameter Store
 * (KMS developer guide, "How AWS Systems Manager Parameter Store uses AWS KMS"). The key `aws/ssm` allows this to every
 * role of the account. Parameters of the environment's path share one pattern, so that the policy does not grow with
 * them.
 */
export function decryptParameters(
  { parameterArn, parameterPath, place }: Names,
  keyArns: readonly string[],
  parameters: readonly string[],
): readonly Statement[] {
  if (keyArns.length === 0 || parameters.length === 0) return [];
  const own = `${parameterPath}/`;
  const contexts = parameters.map((name) => parameterArn(name.startsWith(own) ? `${own}*` : name));
  return [
    {
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: keyArns.toSorted(),
      Condition: {
        StringEquals: { "kms:ViaService": `ssm.${place.region}.amazonaws.com` },
        StringLike: { "kms:EncryptionContext:PARAMETER_ARN": [...new Set(contexts)].toSorted() },
      },
    },
  ];
}

/** The KMS keys that a stack's configuration names. */
export interface KmsKeys {
  readonly artifactKmsKeyArn: string | undefined;
  readonly parameterKmsKeyArns: readonly string[];
}

/** Refuses a key of another region: CodePipeline and Parameter Store use only keys of their own region. */
export function requireKmsKeys({ region }: Place, { artifactKmsKeyArn, parameterKmsKeyArns }: KmsKeys): void {
  const given = { artifactKmsKeyArn: artifactKmsKeyArn === undefined ? [] : [artifactKmsKeyArn], parameterKmsKeyArns };
  for (const [setting, arns] of Object.entries(given)) {
    for (const arn of arns) {
      const where = arn.split(":")[3] ?? "";
      if (where !== region) throw new Refusal(`${setting}: ${arn} is in ${where}; give a key in ${region}`);
    }
  }
}
