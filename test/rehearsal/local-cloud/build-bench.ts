import { strToU8, zipSync, type Zippable } from "fflate";
import type { BuildResult } from "../../../local-cloud/codebuild/builds.ts";
import { codeBuildService, type CodeBuild, type CodeBuildOptions } from "../../../local-cloud/codebuild/codebuild.ts";
import type { Input } from "../../../local-cloud/kit/service.ts";
import { openBuildWorld, type BuildWorld } from "./build-world.ts";

export const root = { accessKeyId: "test", principalArn: "root" };
export const pipeline = {
  accessKeyId: "pipeline",
  principalArn: "arn:aws:iam::000000000000:role/shop-staging-pipeline",
};
export const serviceRole = "arn:aws:iam::000000000000:role/shop-staging-build";
export const project = {
  name: "shop-staging-build",
  serviceRole,
  source: { type: "CODEPIPELINE" },
  artifacts: { type: "CODEPIPELINE" },
  environment: { type: "LINUX_CONTAINER", image: "aws/codebuild/standard:8.0", computeType: "BUILD_GENERAL1_SMALL" },
};
export const output = { bucket: "artifacts", key: "output.zip" };

/** How a pipeline starts a build of the project. */
export const request = {
  projectName: project.name,
  caller: pipeline,
  initiator: "codepipeline/shop-staging",
  source: { bucket: "artifacts", key: "source.zip" },
  resolvedSourceVersion: "0123456789abcdef",
};

/** The phases that every build here begins and ends with. */
export const begun = ["SUBMITTED SUCCEEDED", "QUEUED SUCCEEDED", "PROVISIONING SUCCEEDED", "DOWNLOAD_SOURCE SUCCEEDED"];
export const over = ["FINALIZING SUCCEEDED", "COMPLETED "];

/** A separate CodeBuild for one test. */
export interface Bench {
  readonly cloud: BuildWorld;
  readonly codebuild: CodeBuild;
  /** The log of all its builds. */
  readonly lines: readonly string[];
  /** The log without CodeBuild's own lines. */
  readonly said: () => readonly string[];
  readonly source: (buildspec: string, files?: Zippable) => void;
  readonly build: (buildspec: string, more?: Input, files?: Zippable) => Promise<BuildResult>;
  readonly close: () => Promise<void>;
}

/** A CodeBuild that has the project, with these changes to it. */
export async function openBench(changes: Input = {}, options: CodeBuildOptions = {}): Promise<Bench> {
  const cloud = await openBuildWorld();
  const lines: string[] = [];
  const codebuild = codeBuildService(cloud.world, { onLine: (_, line) => lines.push(line), ...options });
  await codebuild.operations.CreateProject?.({ ...project, ...changes }, root);
  const source = (buildspec: string, files: Zippable = {}) => {
    const zip = zipSync({ "buildspec.yml": strToU8(buildspec), ...files });
    cloud.objects.set("/artifacts/source.zip", Buffer.from(zip));
  };
  return {
    cloud,
    codebuild,
    lines,
    said: () => lines.filter((line) => !line.startsWith("[Container]")),
    source,
    build: async (buildspec, more = {}, files = {}) => {
      source(buildspec, files);
      return (await codebuild.startBuild({ ...request, ...more })).done;
    },
    close: async () => {
      await codebuild.close?.();
      cloud.close();
    },
  };
}

/** A build's phases, each as one line of name, status and reasons. */
export function outcomes({ phases }: BuildResult): readonly string[] {
  return phases.map(({ phaseType, phaseStatus, contexts }) => {
    const reasons = contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`);
    return [phaseType, phaseStatus ?? "", ...reasons].join(" ");
  });
}

/** The lines of the phases that failed. */
export function failures(result: BuildResult): readonly string[] {
  return outcomes(result).filter((line) => line.includes(" FAILED"));
}
