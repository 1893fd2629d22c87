import { AssignPublicIp, type NetworkConfiguration } from "@aws-sdk/client-ecs";
import { isJson } from "./read-setting.ts";

/** ECS's NetworkConfiguration in JSON, as `up` writes it: subnets, security groups, and whether tasks have public addresses. */
export function networkIn(value: unknown): NetworkConfiguration | undefined {
  const given = isJson(value) ? value["awsvpcConfiguration"] : undefined;
  if (!isJson(given)) return undefined;
  const { subnets, securityGroups = [], assignPublicIp } = given;
  if (!isTexts(subnets) || !isTexts(securityGroups)) return undefined;
  const isPublic = Object.values(AssignPublicIp).find((one) => one === assignPublicIp);
  return {
    awsvpcConfiguration: {
      subnets: [...subnets],
      ...(securityGroups.length > 0 && { securityGroups: [...securityGroups] }),
      ...(isPublic !== undefined && { assignPublicIp: isPublic }),
    },
  };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
