import { namesOf, type Names } from "../../components/kit/names.ts";

/** Where the examples of docs/ are: whoever uses a policy puts their own in place of these words. */
export const exampleNames: Names = namesOf("shop", "staging", {
  partition: "aws",
  region: "us-east-1",
  accountId: "111111111111",
});

/** ARNs of an environment that names.ts does not tell, since no program and no role needs them. */
export function placesOf({ prefix, place }: Names) {
  const { partition, region, accountId } = place;
  const arn = (service: string, ...resources: readonly string[]): readonly string[] =>
    resources.map((resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`);
  const global = (service: string, ...resources: readonly string[]): readonly string[] =>
    resources.map((resource) => `arn:${partition}:${service}:::${resource}`);
  const iam = (...resources: readonly string[]): readonly string[] =>
    resources.map((resource) => `arn:${partition}:iam::${accountId}:${resource}`);
  /** Of one kind, whatever has the environment's name, or one that begins with it and a hyphen. */
  const own = (service: string, kind: string): readonly string[] =>
    arn(service, `${kind}${prefix}`, `${kind}${prefix}-*`);
  return { arn, global, iam, own };
}
