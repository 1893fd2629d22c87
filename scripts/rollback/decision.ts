import { verbCommand } from "../../components/plain.ts";
import { Refusal } from "../kit/refusal.ts";
import type { RevisionView } from "../look/revision-view.ts";

/** A revision of an ECS service, with the facts that decide whether a rollback goes to it. */
export interface Candidate {
  readonly revision: RevisionView;
  /** Images that the stack builds, by container. */
  readonly images: Readonly<Record<string, string>>;
  /** The commits that they were built from. */
  readonly commits: readonly string[];
  /**
   * Why a rollback goes there only with `--to`: how ECS ended its deployments, that no deployment of it is known, or
   * that its images' tag moves; undefined if there is no such reason.
   */
  readonly failed: string | undefined;
}

/** What a service is to go back to. */
export type Wanted =
  /** The newest one before revision `below` that ran other images. @default - before the one that runs */
  | { readonly kind: "before"; readonly below?: number }
  | { readonly kind: "revision"; readonly number: number }
  | { readonly kind: "commit"; readonly commit: string };

/** Chooses the revision that a rollback of a service goes to; changes nothing, so a dry run uses the same code. */
export function chooseRevision(current: Candidate, known: readonly Candidate[], wanted: Wanted): Candidate {
  const found = [current, ...known].find((candidate) => fits(current, candidate, wanted));
  if (found !== undefined) return found;
  const { name } = current.revision;
  const family = name.slice(0, name.lastIndexOf(":"));
  const others = known.filter(({ revision }) => revision.name !== name).map(({ revision }) => revision.number);
  const choice = others.length === 0 ? "there is no other one" : `choose from ${others.slice(0, 10).join(", ")}`;
  switch (wanted.kind) {
    case "before":
      throw new Refusal(
        `${family}: no ACTIVE revision before ${current.revision.number} has run with other images; ${others.length === 0 ? choice : `give --to, and ${choice}`}`,
      );
    case "revision":
      throw new Refusal(`${family}:${wanted.number} is not an ACTIVE revision; ${choice}`);
    case "commit":
      throw new Refusal(
        `${family}: no ACTIVE revision has the images of ${wanted.commit}; \`${verbCommand} release --commit\` creates one, or ${choice}`,
      );
  }
}

/** Whether a revision is what is wanted; the newest one of several is used. */
export function fits(current: Candidate, candidate: Candidate, wanted: Wanted): boolean {
  const { number } = candidate.revision;
  switch (wanted.kind) {
    case "before":
      return (
        number < (wanted.below ?? current.revision.number) &&
        candidate.failed === undefined &&
        !hasImagesOf(current, candidate)
      );
    case "revision":
      return number === wanted.number;
    case "commit":
      return isOf(candidate, wanted.commit) && (candidate.failed === undefined || number === current.revision.number);
  }
}

/** Whether all images of a revision are of that commit; their tags are its first 7 digits. */
const isOf = ({ commits, images }: Candidate, commit: string): boolean =>
  Object.keys(images).length > 0 && commits.length === 1 && sameCommit(commits[0] ?? "", commit);

const sameCommit = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

/** One image has several names: with its commit's tag, and with its digest. */
function hasImagesOf(one: Candidate, other: Candidate): boolean {
  if (one.commits.length === 1 && other.commits.length === 1) return one.commits[0] === other.commits[0];
  return (
    JSON.stringify(Object.entries(one.images).toSorted()) === JSON.stringify(Object.entries(other.images).toSorted())
  );
}

/** What `--to` names: a revision of a service, revisions of several, or a commit; undefined for the release before. */
export type Target =
  | { readonly kind: "before" }
  | { readonly kind: "commit"; readonly commit: string }
  | { readonly kind: "revisions"; readonly numbers: Readonly<Record<string, number>> };

/** Reads `--to`: `5`, `shop:5`, `shop:5,shop-worker:3`, or a commit. */
export function targetOf(to: string | undefined, services: readonly string[]): Target {
  if (to === undefined) return { kind: "before" };
  if (/^[0-9]{1,6}$/.test(to)) {
    const [service = "", ...others] = services;
    if (others.length === 0) return { kind: "revisions", numbers: { [service]: Number(to) } };
    throw new Refusal(`--to ${to}: there are several ECS services; write ${service}:${to}, or give a commit`);
  }
  if (!/^[^:]+:[0-9]+(,[^:]+:[0-9]+)*$/.test(to)) return { kind: "commit", commit: to };
  const numbers = to
    .split(",")
    .map((one) => [one.slice(0, one.lastIndexOf(":")), Number(one.split(":").at(-1))] as const);
  for (const [service] of numbers) {
    if (!services.includes(service))
      throw new Refusal(`--to ${to}: there is no ECS service ${service}; choose from ${services.join(", ")}`);
  }
  return { kind: "revisions", numbers: Object.fromEntries(numbers) };
}

/** The leading service, and what it goes back to; the others follow by its commit. */
export interface Lead {
  readonly service: string;
  readonly wanted: Wanted;
}

/**
 * The services that choose by themselves. Without `--to`, the first service with built images leads. With a commit,
 * or with a revision for each service, none leads.
 */
export function leadOf(target: Target, own: readonly string[]): Lead | undefined {
  if (target.kind === "commit") return undefined;
  if (target.kind === "before") {
    const [service] = own;
    if (service === undefined)
      throw new Refusal("this stack builds no image, so no release created what runs; give the revision with --to");
    return { service, wanted: target };
  }
  const [[service, number] = ["", 0], ...others] = Object.entries(target.numbers);
  return others.length === 0 ? { service, wanted: { kind: "revision", number } } : undefined;
}

/** The commit that the other services go back to with the leading one; refuses if its images do not name one. */
export function commitOfLead({ revision, commits }: Candidate, others: readonly string[]): string {
  const [commit, ...more] = commits;
  if (commit !== undefined && more.length === 0) return commit;
  const family = revision.name.slice(0, revision.name.lastIndexOf(":"));
  throw new Refusal(
    `${revision.name}: its images are not all of one commit, so it is not known which revision goes with it; give each: --to ${[revision.name, ...others.filter((name) => name !== family).map((name) => `${name}:N`)].join(",")}`,
  );
}
