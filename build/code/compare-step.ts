import { DescribeServicesCommand, DescribeTaskDefinitionCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { answerOf } from "../kit/aws-problem.ts";
import { ownServices, releaseRevisions, sourceFolder } from "../kit/environment.ts";
import { StepError } from "../kit/step-error.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { together } from "../kit/together.ts";
import { changesOf, type Revision } from "./comparison.ts";
import { planFolder, readPlan } from "./plan-folder.ts";
import { writeReleased } from "./released-files.ts";

/**
 * `compare FOLDER`: compares the commit with what runs, and writes what is released. A commit that changes the task
 * definition ends here: its images are in ECR, but no release starts.
 */
export async function compareCode(around: Surroundings, words: readonly string[]): Promise<void> {
  const { environment, clients } = around;
  const plan = readPlan(planFolder(around, "compare", words));
  const { cluster, services } = ownServices(environment);
  const running = await runningRevisions(clients.ecs, cluster, services);
  const [used = {}, made = {}] = await together([
    described(clients.ecs, running),
    described(clients.ecs, releaseRevisions(environment)),
  ]);
  const released = [...Object.values(plan.imageDefinitions).flat(), ...plan.release.images];
  const images = Object.fromEntries(released.map(({ name, imageUri }) => [name, imageUri]));
  const changes = changesOf(plan.fingerprints, { services: used, release: made }, images);
  if (changes.length > 0) {
    throw new StepError([
      `${plan.composeFiles.join(", ")}: this commit changes the task definition (${changes.join("; ")}); run "pulumi up" for the stack from this commit, then "release"`,
    ]);
  }
  writeReleased(sourceFolder(environment), plan);
}

/** ECS describes so many services in one call (API reference, DescribeServices). */
const servicesPerCall = 10;

/** The ARN of the revision that each ECS service uses, by the service's name; throws a StepError that lists every service which is not active. */
async function runningRevisions(
  ecs: ECSClient,
  cluster: string,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const parts = Array.from({ length: Math.ceil(names.length / servicesPerCall) }, (_, index) =>
    names.slice(index * servicesPerCall, (index + 1) * servicesPerCall),
  );
  const answers = await together(
    parts.map((services) =>
      answerOf("ecs:DescribeServices", cluster, ecs.send(new DescribeServicesCommand({ cluster, services }))),
    ),
  );
  const active = answers.flatMap(({ services = [] }) => services).filter(({ status }) => status === "ACTIVE");
  const found = names.map((name) => [name, active.find((one) => one.serviceName === name)?.taskDefinition] as const);
  const absent = found.flatMap(([name, revision]) => (revision === undefined ? [name] : []));
  if (absent.length > 0) {
    throw new StepError(
      absent.map((name) => `${name}: no active service in cluster ${cluster}; run "pulumi up" for the stack`),
    );
  }
  return Object.fromEntries(found.map(([name, revision]) => [name, revision ?? ""]));
}

/** Revisions by the names of their services, given their ARNs. */
async function described(
  ecs: ECSClient,
  revisions: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, Revision>>> {
  const asked = Object.entries(revisions).map(async ([name, taskDefinition]) => {
    const answer = ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const found = await answerOf("ecs:DescribeTaskDefinition", taskDefinition, answer);
    return [name, found.taskDefinition ?? {}] as const;
  });
  return Object.fromEntries(await together(asked));
}
