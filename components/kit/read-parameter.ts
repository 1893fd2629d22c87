import * as aws from "@pulumi/aws";

/** A parameter of Parameter Store, or undefined if there is none of that name; its value is decrypted only if `withDecryption` is true. */
export async function readParameter(
  name: string,
  withDecryption = false,
): Promise<aws.ssm.GetParameterResult | undefined> {
  try {
    return await aws.ssm.getParameter({ name, withDecryption });
  } catch (error) {
    // Any other error, such as "access denied", does not say whether the parameter exists.
    if (/ParameterNotFound|couldn't find resource/.test(String(error))) return undefined;
    throw error;
  }
}
