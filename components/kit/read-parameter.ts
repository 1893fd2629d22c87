import * as aws from "@pulumi/aws";

/** A parameter of Parameter Store, or undefined where there is none of that name; without its value unless it is asked for. */
export async function readParameter(
  name: string,
  withDecryption = false,
): Promise<aws.ssm.GetParameterResult | undefined> {
  try {
    return await aws.ssm.getParameter({ name, withDecryption });
  } catch (error) {
    // Anything but "not there" (say, access denied) is no answer to the question.
    if (/ParameterNotFound|couldn't find resource/.test(String(error))) return undefined;
    throw error;
  }
}
