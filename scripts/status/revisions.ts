import { ownImages, type OwnImages } from "../look/own-images.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import { revisionChanges } from "../look/revision-changes.ts";
import { readRevision, revisionNames, type RevisionView } from "../look/revision-view.ts";
import { readServices } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { ageOf } from "./status-report.ts";
import type { Clients } from "../verb/surroundings.ts";
import { common, verb } from "../verb/verb.ts";

/** Lists what a rollback can go back to. */
export const revisionsVerb = verb({
  help: "the revisions of each ECS service, what changed in each, and whether a rollback can go there",
  options: {
    stack: common.stack,
    service: { type: "string", value: "NAME", help: "only this ECS service" },
    limit: {
      type: "string",
      value: "N",
      help: "how many of each service, the newest first (default: 10; at most 100)",
    },
    json: common.json,
  },
  run: async ({ stack, service, limit = "10", json }, around) => {
    if (stack === undefined) throw new UsageError("revisions: give --stack");
    if (!/^([1-9][0-9]?|100)$/.test(limit)) throw new UsageError(`--limit ${limit}: give a number from 1 to 100`);
    const names = await around.locate(stack);
    if (service !== undefined && !names.services.includes(service)) {
      throw new Refusal(`--service ${service}: there is no such ECS service; choose from ${names.services.join(", ")}`);
    }
    const services = service === undefined ? names.services : [service];
    const found = await readRevisions(names, around.clients(names.region), services, Number(limit));
    const lines = json === true ? found.map((one) => JSON.stringify(one)) : revisionLines(found, around.now());
    for (const line of lines) around.say(line);
    return 0;
  },
});

/** A revision in the list. */
export interface ListedRevision {
  readonly service: string;
  /** As `family:revision`. */
  readonly name: string;
  readonly registeredAt: Date | undefined;
  /** Commits that its images were built from. */
  readonly commits: readonly string[];
  /** Images by container. */
  readonly images: Readonly<Record<string, string>>;
  /** Whether it is the service's current revision. */
  readonly current: boolean;
  /** The differences to the ACTIVE revision before it, one line each. */
  readonly changes: readonly string[];
  /** Why a rollback cannot go to it; empty if it can. */
  readonly gone: readonly string[];
}

/**
 * Reads the newest ACTIVE revisions of services: one call for each revision, one for each service, and one for each
 * image.
 */
async function readRevisions(
  names: StackNames,
  { ecs, ecr }: Pick<Clients, "ecs" | "ecr">,
  services: readonly string[],
  limit: number,
): Promise<readonly ListedRevision[]> {
  const images = ownImages(ecr, names.repositories);
  const at = await readServices(ecs, names.cluster, services);
  const listed = await Promise.all(
    at.map(async ({ name, revision }) => {
      const newest: string[] = [];
      for await (const one of revisionNames(ecs, name)) if (newest.push(one) > limit) break;
      const views = await Promise.all(newest.map((one) => readRevision(ecs, one)));
      return await Promise.all(
        views.slice(0, limit).map((view, index) => listedOf(name, revision, view, views[index + 1], images)),
      );
    }),
  );
  return listed.flat();
}

async function listedOf(
  service: string,
  current: string,
  view: RevisionView,
  before: RevisionView | undefined,
  images: OwnImages,
): Promise<ListedRevision> {
  const [commits, gone] = await Promise.all([images.commitsOf(view), images.goneOf(view)]);
  return {
    service,
    name: view.name,
    registeredAt: view.registeredAt,
    commits,
    gone,
    images: Object.fromEntries(view.containers.map(({ name, image }) => [name, image])),
    current: view.name === current,
    changes: before === undefined ? [] : revisionChanges(before, view),
  };
}

function revisionLines(found: readonly ListedRevision[], now: Date): readonly string[] {
  return found.flatMap(({ name, commits, registeredAt, current, images, changes, gone }) => {
    const age = registeredAt === undefined ? "" : `, ${ageOf(registeredAt, now)} ago`;
    const commit = commits.length === 0 ? "" : `  ${commits.join(", ")}`;
    return [
      `${name}${commit}${age}${current ? ", runs" : gone.length > 0 ? ", a rollback cannot go to it" : ""}`,
      ...Object.entries(images).map(([container, image]) => `  ${container}: ${image}`),
      // Without changed images: they are already listed.
      ...changes
        .filter((line) => !Object.values(images).some((image) => line.endsWith(` → ${image}`)))
        .map((line) => `  ${line}`),
      ...gone.map((line) => `  ${line}`),
    ];
  });
}
