import { artifact, bucket, stream, type Deed } from "./duties.ts";
import type { Change } from "./settings.ts";

/** The minimum that AWS's own page gives a role for one thing that it does, in the terms of staging. */
export interface Minimum {
  readonly role: string;
  /** AWS's page, by its guide and title. */
  readonly page: string;
  readonly needs: readonly Deed[];
  /** What the page gives beyond that, and why no one here needs it; the role does not have it. @default - nothing */
  readonly without?: readonly (readonly [actions: string, reason: string])[];
}

/** A setting, and what AWS asks for where it is set. */
export interface Feature {
  readonly title: string;
  /** @default - staging as it is */
  readonly change?: Change;
  readonly minimums: readonly Minimum[];
}

/** Pages that more than one role goes by. */
export const serviceRole = "CodePipeline user guide, “Manage the CodePipeline service role”";
const codeBuild = "CodeBuild user guide, “Allow CodeBuild to interact with other AWS services”";
export const pulling =
  "Amazon ECR user guide, “IAM permissions for pulling an image from an Amazon ECR private repository”";
export const pushing =
  "Amazon ECR user guide, “IAM permissions for pushing an image to an Amazon ECR private repository”";

/** What the pipeline does with its artifacts, whatever the source. */
export const artifacts: Minimum = {
  role: "pipeline",
  page: serviceRole,
  needs: [
    ["s3:GetBucketAcl s3:GetBucketLocation s3:GetBucketVersioning", [bucket]],
    ["s3:GetObject s3:GetObjectVersion s3:PutObject", [artifact]],
  ],
};

/** What every build has that the pipeline starts. */
export const anyBuild = (role: string): Minimum => ({
  role,
  page: codeBuild,
  needs: [
    ["logs:CreateLogStream logs:PutLogEvents", [stream(`/aws/codebuild/shop-staging-${role}`)]],
    ["s3:GetObject s3:GetObjectVersion", [artifact]],
    ["s3:GetBucketAcl s3:GetBucketLocation", [bucket]],
  ],
  without: [
    ["logs:CreateLogGroup", "`up` makes the group, with its days"],
    ["codecommit:GitPull", "the pipeline hands the source over"],
  ],
});

/** What a build has that hands something on. */
export const output = (role: string): Minimum => ({ role, page: codeBuild, needs: [["s3:PutObject", [artifact]]] });
