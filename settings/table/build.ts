import { flag, list, number, text } from "./key.ts";

/** The keys about builds and the images that they push. */
export const buildKeys = {
  buildspec: text(
    "",
    "Path of your own buildspec in the repository; empty means the program's own. docs/buildspec.md says what your own buildspec has to do",
  ),
  buildTimeoutMinutes: number(30, "Minutes after which a build is stopped (5 to 480)"),
  buildComputeType: text("SMALL", "Size of CodeBuild's host for the build: SMALL, MEDIUM, LARGE, XLARGE or 2XLARGE"),
  buildCache: text(
    "inline",
    "Where image layers are cached between builds: inline (in the image latest), registry (all stages, in the tag cache) or none",
  ),
  baseImages: list(
    "Base images that a build takes from another place, each IMAGE=REFERENCE, as in debian:12=public.ecr.aws/docker/library/debian:12",
  ),
  promoteFrom: text(
    "",
    "Another environment of this application whose verified images are released; empty builds the images here",
  ),
  runTests: flag(false, "Whether a build runs the Compose services of the profile test before it pushes images"),
  testReports: flag(false, "Whether the build's role may write test reports, for a buildspec with a section reports"),
  artifactKmsKeyArn: text(
    "",
    "ARN of a KMS key that encrypts the pipeline's artifacts, in the stack's region; empty means S3's own keys",
  ),
  untaggedImageDays: number(
    14,
    "Days after which an image without a tag expires (1 to 365); an image with a commit's tag never expires",
  ),
};
