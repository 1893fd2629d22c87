/** The last part of an ARN: `family:revision` of a task definition, or the id of a task or a deployment. */
export const lastPart = (arn = ""): string => arn.slice(arn.lastIndexOf("/") + 1);
