import { setTimeout as sleep } from "node:timers/promises";

/** A page of the Resource Groups Tagging API's answer, as far as it is read here. */
export interface TaggedPage {
  readonly PaginationToken?: string | undefined;
  readonly ResourceTagMappingList?: readonly { readonly ResourceARN?: string | undefined }[] | undefined;
}

/** Asks for one page of the resources that have the rehearsal's tag. */
export type ReadPage = (token: string | undefined) => Promise<TaggedPage>;

/** What a tag still finds after everything was deleted. */
export interface Leftovers {
  /** ARNs of what may cost money. */
  readonly resources: readonly string[];
  /** ARNs of revisions of task definitions, which ECS keeps and which cost nothing. */
  readonly revisions: readonly string[];
}

/** The ARNs of all pages; an empty token ends the list ("GetResources", PaginationToken). */
export async function taggedArns(read: ReadPage): Promise<readonly string[]> {
  const arns: string[] = [];
  let token: string | undefined;
  do {
    const { PaginationToken, ResourceTagMappingList = [] } = await read(token);
    arns.push(...ResourceTagMappingList.flatMap(({ ResourceARN }) => ResourceARN ?? []));
    token = PaginationToken;
  } while (token !== undefined && token !== "");
  return arns.toSorted();
}

/** Lists what is left. AWS also lists what was deleted a short time ago, so it looks again until nothing is listed. */
export async function listLeftovers(
  read: ReadPage,
  { looks = 10, pauseMs = 15_000 }: { readonly looks?: number; readonly pauseMs?: number } = {},
): Promise<Leftovers> {
  for (let look = 1; ; look += 1) {
    const found = sorted(await taggedArns(read));
    if (found.resources.length === 0 || look >= looks) return found;
    await sleep(pauseMs);
  }
}

function sorted(arns: readonly string[]): Leftovers {
  const isRevision = (arn: string) => arn.split(":")[5]?.startsWith("task-definition/") === true;
  return { resources: arns.filter((arn) => !isRevision(arn)), revisions: arns.filter(isRevision) };
}

/** What the list by tag cannot show: IAM roles and parameters that have the rehearsal's name. */
export interface Unlisted {
  readonly roles: readonly string[];
  readonly parameters: readonly string[];
}

/** Lines about what is left. `again` is the command that lists it again. */
export function leftoverLines(found: Leftovers, { roles, parameters }: Unlisted, again: string): readonly string[] {
  const { resources, revisions } = found;
  const left = [...resources, ...roles.map((name) => `role ${name}`), ...parameters.map((name) => `parameter ${name}`)];
  return [
    ...(left.length === 0
      ? ["nothing is left that costs money: no resource has the rehearsal's tag or name"]
      : [
          `${left.length} still listed; AWS also lists for some time what was deleted:`,
          ...left.map((one) => `  ${one}`),
          `look again in some minutes: ${again}`,
        ]),
    ...(revisions.length === 0 ? [] : [`${revisions.length} revisions of task definitions stay; they cost nothing`]),
  ];
}
