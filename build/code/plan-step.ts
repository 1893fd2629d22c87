import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readApplication } from "../../compose/index.ts";
import {
  composeFiles,
  composeVariables,
  releaseRevisions,
  sourceFolder,
  type Environment,
} from "../kit/environment.ts";
import { lookAt, pathOf } from "../kit/repository.ts";
import { StepError } from "../kit/step-error.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { filesOf, planFolder, writeFiles } from "./plan-folder.ts";
import { planBuild, type BuildPlan, type PlannedImage } from "./plan.ts";
import { removeReleased } from "./released-files.ts";
import { movingTag, tagOf } from "./tag.ts";

/** `plan FOLDER`: decides what the build does, and writes it into the folder. What an earlier build released is removed first. */
export async function planCode(around: Surroundings, words: readonly string[]): Promise<void> {
  const { environment } = around;
  const folder = planFolder(around, "plan", words);
  removeReleased(sourceFolder(environment));
  // The comparison at the end of the build needs them; without them, nothing is built for nothing.
  releaseRevisions(environment);
  const plan = planIn(around.folder, environment);
  writeFiles(folder, filesOf(plan, await imagesToBuild(around, plan), environment));
}

/** The plan of a build whose Compose files are in a folder. Nothing is asked, and nothing is written. */
export function planIn(folder: string, environment: Environment): BuildPlan {
  const tag = tagOf(environment);
  const readFile = (path: string): string | undefined => {
    try {
      return readFileSync(resolve(folder, path), "utf8");
    } catch {
      return undefined;
    }
  };
  const files = composeFiles(environment);
  const { application } = readApplication({ files, variables: composeVariables(environment), readFile });
  return planBuild(application, environment, tag);
}

/** The images that ECR does not have yet; all are asked for at once. The moving tag is not asked for: it is built again. */
async function imagesToBuild(
  { clients, say }: Surroundings,
  { tag, images }: BuildPlan,
): Promise<readonly PlannedImage[]> {
  if (tag === movingTag) return images;
  const looks = await Promise.all(
    images.map(async (image) => ({ image, look: await lookAt(clients.ecr, pathOf(image.repository), tag) })),
  );
  const toBuild: PlannedImage[] = [];
  const problems: string[] = [];
  for (const { image, look } of looks) {
    if ("digest" in look) say(`${image.name}: ${tag} is in ECR already`);
    else if ("missing" in look && look.missing === "image") toBuild.push(image);
    else problems.push(`${image.name}: ${look.error}`);
  }
  if (problems.length > 0) throw new StepError(problems);
  return toBuild;
}
