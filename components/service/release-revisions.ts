import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../kit/names.ts";

/** ARN of the revision that `up` has created for each release service, by its name. */
export type ReleaseRevisions = Readonly<Record<string, pulumi.Output<string>>>;

/**
 * The variables that tell a build these revisions: a list as in `migrate:7 seed:12`, and the beginning of their ARNs
 * apart from it, because a variable holds at most 4,096 characters. A build never uses the newest revision of a family,
 * because another role could have registered it.
 */
export const revisionVariables = (names: Names, revisions: ReleaseRevisions): Record<string, pulumi.Input<string>> => ({
  RELEASE_DEFINITIONS: names.releaseDefinitions,
  RELEASE_REVISIONS: pulumi
    .all(Object.entries(revisions).map(([name, arn]) => pulumi.interpolate`${name}:${arn.apply(revisionOf)}`))
    .apply((all) => all.join(" ")),
});

const revisionOf = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);
