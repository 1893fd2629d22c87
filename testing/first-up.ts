import type { Place } from "./place.ts";

/** The answer to one of the provider's functions; throws where AWS would refuse. */
export type Answer = (inputs: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Answers by the token of the function, such as `aws:ecs/getService:getService`. */
export type Answers = Readonly<Record<string, Answer>>;

/** What the provider's functions return in an account where the stack does not exist yet. */
export function firstUp({ accountId, globalArn, partition, region }: Place): Answers {
  return {
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({
      accountId,
      arn: globalArn("iam", "root"),
      id: accountId,
      userId: accountId,
    }),
    "aws:index/getRegion:getRegion": () => ({
      id: region,
      name: region,
      region,
      description: region,
      endpoint: `ec2.${region}.amazonaws.com`,
    }),
    "aws:index/getPartition:getPartition": () => ({
      id: partition,
      partition,
      dnsSuffix: "amazonaws.com",
      reverseDnsPrefix: "com.amazonaws",
    }),
    "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
      id: region,
      region,
      groupNames: [],
      zoneIds: [],
      names: ["a", "b", "c"].map((zone) => `${region}${zone}`),
    }),
    "aws:ec2/getSubnets:getSubnets": () => ({ ids: [] }),
    "aws:ecs/getService:getService": () => {
      throw refusal("no matching ECS Service found");
    },
  };
}

/**
 * A Parameter Store in which every parameter exists that a stack only refers to. A stack asks for the value of those
 * that it creates itself; they do not exist yet. No rollback is held.
 */
export const parametersThere: Answers = {
  "aws:ssm/getParameter:getParameter": ({ name, withDecryption }) => {
    if (withDecryption === true) throw refusal(`${String(name)}: couldn't find resource`);
    return { id: name, name, type: "SecureString", value: `value of ${String(name)}`, version: 1 };
  },
  "aws:ssm/getParametersByPath:getParametersByPath": () => ({ names: [], values: [], arns: [], types: [] }),
};

/** A provider's error, in the form the engine hands it on. */
export function refusal(details: string): Error {
  return Object.assign(new Error(details), { details });
}

/** The answer of a table to a call of the provider's; an error of it is handed on as the engine does. */
export function answerFrom(answers: Answers, token: string, inputs: Readonly<Record<string, unknown>>) {
  const found = answers[token];
  if (found === undefined) {
    throw refusal(`${token}: the test has no answer to ${JSON.stringify(inputs)}; give one in answers`);
  }
  try {
    return found(inputs);
  } catch (error) {
    throw error instanceof Error && !("details" in error) ? refusal(error.message) : error;
  }
}
