import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { PutImageCommandInput } from "@aws-sdk/client-ecr";
import { awsError, type Answers } from "../support/command-line.ts";

/**
 * ECR and ECS as the program of a build asks them; they answer from files in the folder's `state`, and each call is a
 * line of the file `calls`.
 */
export function answersIn(folder: string): Answers {
  const state = (name: string): string | undefined =>
    existsSync(join(folder, "state", name)) ? readFileSync(join(folder, "state", name), "utf8").trim() : undefined;
  const note = (line: string): void => {
    appendFileSync(join(folder, "calls"), `${line}\n`);
  };
  return {
    DescribeImages: ({ repositoryName, imageIds: [{ imageTag }] }: Asked) => {
      note(`DescribeImages ${repositoryName}:${imageTag}`);
      const name = basename(repositoryName);
      if (state("denied") !== undefined) throw awsError("AccessDeniedException", "not authorized");
      if (state(`no-${name}`) !== undefined && repositoryName.startsWith("shop/qa/"))
        throw awsError("RepositoryNotFoundException", "The repository does not exist");
      const imageDigest = state(`image-${name}-${imageTag}`);
      if (imageDigest === undefined) throw awsError("ImageNotFoundException", "The image does not exist");
      return { imageDetails: [{ imageDigest: imageDigest === "" ? `sha256:${name}` : imageDigest }] };
    },
    BatchGetImage: ({ repositoryName, imageIds: [{ imageDigest }] }: Asked) => {
      note(`BatchGetImage ${repositoryName}@${imageDigest}`);
      return { images: [{ imageManifest: "{}\n", imageManifestMediaType: `of ${imageDigest}` }] };
    },
    PutImage: ({ repositoryName, imageTag, imageDigest, ...image }: PutImageCommandInput) => {
      const manifest = `${JSON.stringify(image.imageManifest)} ${image.imageManifestMediaType ?? ""}`;
      note(`PutImage ${repositoryName ?? ""}:${imageTag ?? ""} ${imageDigest ?? ""} ${manifest}`);
      const refusal = state("put");
      // "There were no changes to the manifest or image tag after the last push" (API reference, PutImage).
      if (refusal === "ImageAlreadyExistsException")
        writeFileSync(
          join(folder, "state", `image-${basename(repositoryName ?? "")}-${imageTag ?? ""}`),
          imageDigest ?? "",
        );
      if (refusal !== undefined) throw awsError(refusal, "refused");
      return {};
    },
    DescribeServices: ({ cluster, services: asked }: { cluster: string; services: readonly string[] }) => {
      note(`DescribeServices ${cluster}: ${asked.join(" ")}`);
      const running = (state("running") ?? "").split("\n").map((line) => line.split("\t"));
      return {
        services: running.flatMap(([serviceName = "", taskDefinition, status = "ACTIVE"]) =>
          asked.includes(serviceName) ? [{ serviceName, taskDefinition, status }] : [],
        ),
      };
    },
    DescribeTaskDefinition: ({ taskDefinition }: { taskDefinition: string }) => {
      note(`DescribeTaskDefinition ${taskDefinition}`);
      if (state(`denied-${taskDefinition}`) !== undefined) throw awsError("AccessDeniedException", "not authorized");
      const described = state(`${taskDefinition}.json`);
      if (described === undefined) throw awsError("ClientException", "Unable to describe task definition.");
      return JSON.parse(described) as unknown;
    },
  };
}

interface Asked {
  readonly repositoryName: string;
  readonly imageIds: readonly [{ readonly imageTag: string; readonly imageDigest: string }];
}
