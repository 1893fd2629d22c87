/** What is wrong with a name: whose it is, the name, and what is allowed. */
export interface NameProblem {
  readonly of: "app" | "environment";
  readonly value: string;
  readonly allowed: string;
}

/** The limits of an application's name, as one sentence for the person who chooses it. */
export const nameLimits =
  "2 or more lower-case letters, digits and single hyphens, beginning with a letter; at most 25 characters together with a hyphen and the environment's name";

/**
 * The first thing for which some AWS service would not accept a name of this application and environment; undefined if
 * all names are possible.
 */
export function nameProblem(app: string, environment: string): NameProblem | undefined {
  const prefix = `${app}-${environment}`;
  const beginning = reserved.find(({ begins }) => begins.test(prefix));
  const problem = (of: NameProblem["of"], allowed: string): NameProblem => ({
    of,
    value: of === "app" ? app : environment,
    allowed,
  });
  if (!form.test(environment)) return problem("environment", allowedForm);
  if (!form.test(app)) return problem("app", allowedForm);
  if (prefix.length > 25)
    return problem("app", `at most 25 characters together with "-${environment}"; S3 and ELB allow no more`);
  if (beginning !== undefined) {
    const [found = ""] = beginning.begins.exec(prefix) ?? [];
    return problem(
      "app",
      `another name: "${prefix}" begins with "${found}", and ${beginning.of} may not begin with that`,
    );
  }
  const hyphens = "single hyphens only: RDS and ElastiCache allow no two in a row";
  if (app.includes("--")) return problem("app", hyphens);
  return environment.includes("--") ? problem("environment", hyphens) : undefined;
}

const form = /^[a-z][a-z0-9-]*[a-z0-9]$/;
const allowedForm = "a name of lower-case letters, digits and hyphens, beginning with a letter";

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
