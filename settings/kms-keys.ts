import { refuse, strings } from "./keys.ts";

/** Pattern of the ARN of a KMS key, not of an alias, which policies do not accept. */
export const kmsKeyArn = /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/;

/** How messages describe the value of a setting that names such a key. */
export const aKmsKeyArn = "a KMS key's ARN, arn:aws:kms:REGION:ACCOUNT:key/ID";

/** The ARNs of KMS keys in a list; refuses an ARN that is there twice. */
export function kmsKeyArns(key: string): readonly string[] {
  const found = strings(key);
  for (const [index, arn] of found.entries()) {
    if (!kmsKeyArn.test(arn)) refuse(key, arn, aKmsKeyArn);
    if (found.indexOf(arn) !== index) refuse(key, arn, "each key once");
  }
  return found;
}
