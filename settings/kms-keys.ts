import { refuse, strings } from "./keys.ts";

/** The ARN of a key itself: policies know no aliases. */
export const kmsKeyArn = /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/;

/** What a setting is to be that names such a key. */
export const aKmsKeyArn = "a KMS key's ARN, arn:aws:kms:REGION:ACCOUNT:key/ID";

/** ARNs of KMS keys, each once. */
export function kmsKeyArns(key: string): readonly string[] {
  const found = strings(key);
  for (const [index, arn] of found.entries()) {
    if (!kmsKeyArn.test(arn)) refuse(key, arn, aKmsKeyArn);
    if (found.indexOf(arn) !== index) refuse(key, arn, "each key once");
  }
  return found;
}
