import { required } from "../kit/environment.ts";
import { StepError } from "../kit/step-error.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { readImages } from "./image-files.ts";
import { networkIn } from "./network-setting.ts";
import { numberSetting, setting, wordsSetting } from "./read-setting.ts";
import { runReleaseTask, type Migration } from "./release-task.ts";

/**
 * Runs every release task of the Compose file once, from the images that were just built; release.json names them in
 * their order. A task that does not end with exit code 0 ends the release.
 */
export async function migrate(around: Surroundings): Promise<void> {
  const migration = migrationOf(around);
  const images = readImages(around.folder, "release.json");
  requireAll(
    images.map(({ name }) => name),
    Object.keys(migration.revisions),
  );
  for (const { name, imageUri } of images) await runReleaseTask(migration, name, imageUri);
}

function migrationOf(around: Surroundings): Migration {
  const { environment } = around;
  return {
    around,
    cluster: required(environment, "ECS_CLUSTER"),
    service: required(environment, "ECS_SERVICE"),
    logGroup: required(environment, "LOG_GROUP"),
    execution: required(environment, "PIPELINE_EXECUTION_ID"),
    build: required(environment, "CODEBUILD_BUILD_ID"),
    networkConfiguration: setting(environment, "NETWORK_CONFIGURATION", networkIn),
    definitions: required(environment, "RELEASE_DEFINITIONS"),
    revisions: Object.fromEntries(
      wordsSetting(environment, "RELEASE_REVISIONS").map((one) => [one.slice(0, one.lastIndexOf(":")), one]),
    ),
    timeoutMinutes: numberSetting(environment, "TIMEOUT_MINUTES"),
    pollSeconds: numberSetting(environment, "POLL_SECONDS"),
  };
}

function requireAll(named: readonly string[], expected: readonly string[]): void {
  const [found, wanted] = [named, expected].map((names) => names.toSorted().join(", "));
  if (found === wanted) return;
  throw new StepError([
    `release.json: it names "${found ?? ""}", but the release services of the stack are "${wanted ?? ""}"; name each once, or run "pulumi up" from this commit`,
  ]);
}
