import type { Service, Task } from "@aws-sdk/client-ecs";
import { lastPart } from "../verdict/arn.ts";
import { verdictOf } from "../verdict/verdict.ts";
import type { Deployed } from "./deployed.ts";
import type { ReleasedImage } from "./image-files.ts";
import { partsOf } from "./image-uri.ts";
import { problemOfRevision } from "./meant.ts";
import { definitionsOf, listDeployments } from "./read-deployments.ts";
import { readDigests, type Digests } from "./read-digests.ts";
import { readTasks } from "./read-tasks.ts";
import type { Problem } from "./until-healthy.ts";
import type { Release, ReleasedService } from "./verify-settings.ts";

/** What is judged. */
export interface Standing {
  readonly services: ReadonlyMap<string, Service>;
  readonly deployed: readonly Deployed[];
  /** The images that are released to each service, by its name. */
  readonly images: ReadonlyMap<string, readonly ReleasedImage[]>;
}

/**
 * Judges each service: its last deployment was a success, it runs the revision of this run with all that `up` meant it to
 * have, and its tasks run the released images. Returns the first problem.
 */
export async function judge(release: Release, standing: Standing): Promise<Problem | undefined> {
  const targets = standing.deployed.flatMap(({ deployment }) => deployment?.targetServiceRevision?.arn ?? []);
  const definitions = await definitionsOf(release, targets);
  const digests = await readDigests(release, [...standing.images.values()].flat());
  for (const service of release.services) {
    const own = standing.deployed.find((one) => one.service === service);
    const revision = definitions.get(own?.deployment?.targetServiceRevision?.arn ?? "");
    const problem =
      (await problemOfDeployment(release, service, own, standing.services.get(service.name), revision)) ??
      (await problemOfRevision(release, service, revision, standing.images.get(service.name) ?? [])) ??
      (await problemOfTasks(release, service, standing.images.get(service.name) ?? [], digests));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function problemOfDeployment(
  release: Release,
  { name }: ReleasedService,
  own: Deployed | undefined,
  now: Service | undefined,
  revision: string | undefined,
): Promise<Problem | undefined> {
  const since = own?.action.start === undefined ? undefined : { after: own.action.start };
  const last = (await listDeployments(release, name, since)).at(-1) ?? {};
  if (last.status !== "SUCCESSFUL") return { service: name, reason: `the last deployment is ${verdictOf(last)}` };
  if (own === undefined || now?.taskDefinition === revision) return undefined;
  const [runs, released] = [lastPart(now?.taskDefinition), lastPart(revision)];
  return { service: name, reason: `${runs} runs, not ${released} of this run, which was rolled back; release again` };
}

async function problemOfTasks(
  release: Release,
  { name }: ReleasedService,
  images: readonly ReleasedImage[],
  digests: Digests,
): Promise<Problem | undefined> {
  // The family may also have tasks that are not of the service.
  const all = await readTasks(release, name, "RUNNING");
  const tasks = all.filter(({ group }) => group === `service:${name}`);
  if (tasks.length === 0) return { service: name, reason: "no task is running" };
  for (const image of images) {
    const wanted = digests.get(image.imageUri) ?? "";
    const other = otherDigests(tasks, image.name, wanted);
    if (other.length > 0)
      return { service: name, reason: `${image.name}: released ${wanted}, but ${other.join(", ")} runs` };
    const { tag } = partsOf(image.imageUri);
    const commit = tag === undefined ? "" : ` (${tag})`;
    release.around.say(`${image.name}: ${tasks.length} task(s) run ${wanted}${commit}`);
  }
  return undefined;
}

/** The digests that a container runs in some task besides the released one. */
function otherDigests(tasks: readonly Task[], container: string, wanted: string): readonly string[] {
  const digests = tasks.flatMap(({ containers = [] }) =>
    containers.filter(({ name }) => name === container).map(({ imageDigest = "unknown" }) => imageDigest),
  );
  return [...new Set(digests.filter((digest) => digest !== wanted))].toSorted();
}
