import * as pulumi from "@pulumi/pulumi";
import { name, refuse, textOrEmpty } from "./keys.ts";

/** The application and the environment; refuses those from which some AWS service would not accept a name. */
export function ownNames(): { readonly app: string; readonly environment: string } {
  const environment = name("the stack's name", pulumi.getStack());
  const given = textOrEmpty("app");
  const app = name(given === "" ? "app, by default the project's name" : "app", given || pulumi.getProject());
  const prefix = `${app}-${environment}`;
  if (prefix.length > 25)
    refuse("app", app, `at most 25 characters together with "-${environment}"; S3 and ELB allow no more`);
  for (const { begins, of } of reserved) {
    const [found] = begins.exec(prefix) ?? [];
    if (found !== undefined)
      refuse("app", app, `another name: "${prefix}" begins with "${found}", and ${of} may not begin with that`);
  }
  for (const [key, given] of [
    ["app", app],
    ["the stack's name", environment],
  ] as const)
    if (given.includes("--")) refuse(key, given, "single hyphens only: RDS and ElastiCache allow no two in a row");
  return { app, environment };
}

/** The beginnings that names may not have, each with the page that says so. */
const reserved: readonly { readonly begins: RegExp; readonly of: string }[] = [
  // "must not begin with 'internal-'" (ELB API reference, CreateLoadBalancer).
  { begins: /^internal-/, of: "a load balancer's name" },
  // "A parameter name can't be prefixed with 'aws' or 'ssm'", as in /aws/testparam1 (SSM API reference, PutParameter).
  { begins: /^(aws|ssm)/, of: "a parameter's path" },
  // "Can't start with sg-" (EC2 API reference, CreateSecurityGroup).
  { begins: /^sg-/, of: "a security group's name" },
  // "must not start with the prefix" of each (S3 user guide, "General purpose bucket naming rules").
  { begins: /^(sthree-|amzn-s3-demo-)/, of: "a bucket's name" },
];
