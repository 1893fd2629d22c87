import { moves } from "../kit/image-view.ts";
import type { OwnImages } from "../look/own-images.ts";
import { Refusal } from "../kit/refusal.ts";
import { readRevision, revisionNames, type RevisionView } from "../look/revision-view.ts";
import { failureOf, readRevisionVerdicts, type RevisionVerdicts } from "../look/revision-verdicts.ts";
import {
  chooseRevision,
  commitOfLead,
  fits,
  leadOf,
  type Candidate,
  type Lead,
  type Target,
  type Wanted,
} from "./decision.ts";
import type { ServiceView } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";

/** What is read of a service before a revision is chosen. */
export interface Known {
  readonly service: ServiceView;
  readonly current: Candidate;
  readonly verdicts: RevisionVerdicts;
}

/** Reads what a service runs: at most five calls, and one for each image whose name does not contain a commit. */
export async function readKnown(
  names: StackNames,
  { ecs }: Clients,
  images: OwnImages,
  service: ServiceView,
): Promise<Known> {
  const [revision, verdicts] = await Promise.all([
    readRevision(ecs, service.revision),
    readRevisionVerdicts(ecs, names.cluster, service.name),
  ]);
  return { service, current: await candidateOf(revision, images, verdicts), verdicts };
}

const candidateOf = async (
  revision: RevisionView,
  images: OwnImages,
  verdicts: RevisionVerdicts,
): Promise<Candidate> => ({
  revision,
  images: images.of(revision),
  commits: await images.commitsOf(revision),
  failed: whyNot(revision, images, verdicts),
});

function whyNot(revision: RevisionView, images: OwnImages, verdicts: RevisionVerdicts): string | undefined {
  // Anyone with the right to register revisions could have registered this one.
  if (verdicts[revision.name] === undefined) return "NEVER RUN";
  return failureOf(verdicts, revision.name) ?? (Object.values(images.of(revision)).some(moves) ? "MOVES" : undefined);
}

/** The revision that a service goes to, and the one that it comes from. */
export interface Chosen {
  readonly service: string;
  readonly from: RevisionView;
  readonly to: Candidate;
}

/** Chooses a revision for every service: by what is wanted for it, or by the commit of the leading service. */
export async function chooseAll(
  clients: Clients,
  images: OwnImages,
  known: readonly Known[],
  target: Target,
): Promise<readonly Chosen[]> {
  const own = known.filter(({ current }) => Object.keys(current.images).length > 0);
  const choose = async (one: Known, wanted: Wanted): Promise<Chosen> => ({
    service: one.service.name,
    from: one.current.revision,
    to: await chosenOf(clients, images, one, wanted),
  });
  if (target.kind === "commit") return await Promise.all(own.map((one) => choose(one, target)));
  const lead = leadOf(
    target,
    own.map(({ service }) => service.name),
  );
  if (lead !== undefined) return await withLead(choose, lead, known, own);
  const numbers: Readonly<Record<string, number | undefined>> = target.kind === "revisions" ? target.numbers : {};
  const named = known.filter(({ service }) => numbers[service.name] !== undefined);
  return await Promise.all(
    named.map((one) => choose(one, { kind: "revision", number: numbers[one.service.name] ?? 0 })),
  );
}

/**
 * Goes at most five releases back: a release that ECS rolled back in one service does not count for the others either.
 */
async function withLead(
  choose: (one: Known, wanted: Wanted) => Promise<Chosen>,
  lead: Lead,
  known: readonly Known[],
  own: readonly Known[],
  tries = 5,
): Promise<readonly Chosen[]> {
  const first = await Promise.all(
    known.filter(({ service }) => service.name === lead.service).map((one) => choose(one, lead.wanted)),
  );
  const others = own.filter(({ service }) => service.name !== lead.service);
  const [leading] = first;
  if (leading === undefined || others.length === 0 || Object.keys(leading.to.images).length === 0) return first;
  const commit = commitOfLead(
    leading.to,
    others.map(({ service }) => service.name),
  );
  try {
    return [...first, ...(await Promise.all(others.map((one) => choose(one, { kind: "commit", commit }))))];
  } catch (error) {
    if (!(error instanceof Refusal) || lead.wanted.kind !== "before" || tries === 1) throw error;
    const earlier: Lead = { ...lead, wanted: { kind: "before", below: leading.to.revision.number } };
    return await withLead(choose, earlier, known, own, tries - 1).catch((later: unknown) => {
      throw later instanceof Refusal ? error : later;
    });
  }
}

/** Reads revisions, newest first and at most 50, until one is what is wanted. */
async function chosenOf(
  { ecs }: Clients,
  images: OwnImages,
  { service, current, verdicts }: Known,
  wanted: Wanted,
): Promise<Candidate> {
  const seen: Candidate[] = [];
  if (!fits(current, current, wanted)) {
    for await (const name of revisionNames(ecs, service.name)) {
      const number = Number(name.split(":").at(-1));
      if (wanted.kind === "before" && number >= (wanted.below ?? current.revision.number)) continue;
      if (seen.length === 50) break;
      const candidate = await candidateOf(await readRevision(ecs, name), images, verdicts);
      seen.push(candidate);
      if (fits(current, candidate, wanted)) break;
    }
  }
  return chooseRevision(current, seen, wanted);
}
