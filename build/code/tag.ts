import { createHash } from "node:crypto";
import type { Environment } from "../kit/environment.ts";
import { StepError } from "../kit/step-error.ts";

/** The tag of images that belong to no revision of the source; it moves, all others stay where they are. */
export const movingTag = "latest";

/**
 * The tag of a build's images: the first seven digits of the commit, or of the SHA-256 of an S3 object's version;
 * `latest` if a person has started the build without a revision. Throws a StepError if the revision is none of these.
 */
export function tagOf(environment: Environment): string {
  const revision = environment["CODEBUILD_RESOLVED_SOURCE_VERSION"] ?? "";
  const kind = environment["SOURCE_REVISION"] ?? "";
  const piped = (environment["CODEBUILD_INITIATOR"] ?? "").startsWith("codepipeline/");
  if (revision === "" && !piped) return movingTag;
  if (kind === "commit") {
    if (/^[0-9a-f]{7,}$/.test(revision)) return revision.slice(0, 7);
    throw new StepError([
      `CODEBUILD_RESOLVED_SOURCE_VERSION: "${revision}" is no commit; start the pipeline from a commit of its branch`,
    ]);
  }
  if (kind === "version") {
    // A version's name is any text. Without versioning there is none, and "null" names each of the objects in turn.
    if (revision !== "" && revision !== "null") return createHash("sha256").update(revision).digest("hex").slice(0, 7);
    throw new StepError([
      `CODEBUILD_RESOLVED_SOURCE_VERSION: "${revision}" is no version; turn on versioning for the source's bucket and upload again`,
    ]);
  }
  throw new StepError([`SOURCE_REVISION: "${kind}" is neither commit nor version; run "pulumi up" for the stack`]);
}
