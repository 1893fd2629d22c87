import type { FolderView } from "./migrations.ts";
import type { ServiceRole } from "./roles.ts";
import { servicesOf, type ServiceView } from "./services.ts";
import { sheetOf, type Sheet } from "./sheet.ts";

/** A Compose file on its way to an environment, with the settings that it needs. */
export interface Draft {
  readonly text: string;
  readonly settings: ComposeSettings;
}

/** The settings of a stack that follow from its Compose file. */
export interface ComposeSettings {
  readonly architecture?: "arm64";
  readonly databaseEngine?: "postgres" | "mysql";
  readonly databaseVariable?: string;
  readonly cacheEngine?: "redis" | "valkey";
  readonly cacheVariable?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly parameters: readonly string[];
}

/** What the steps know of the application. */
export interface Context {
  readonly app: string;
  readonly environment: string;
  /** The Compose file that is adapted, by its path from the application's folder. */
  readonly from: string;
  /** The folder from which the file's paths start. */
  readonly folder: string;
  readonly files: FolderView;
  /** Whether Git has a file, so that a build finds it. */
  readonly tracked: (path: string) => boolean;
  readonly roles: ReadonlyMap<string, ServiceRole>;
}

/** One change of a text at an offset. */
export interface Edit {
  readonly at: number;
  readonly apply: (text: string) => string;
}

/** Makes all edits, the last one in the text first, so that the offsets of the others stay right. */
export function edited(text: string, edits: readonly Edit[]): string {
  const places = new Map(edits.map((edit) => [edit.at, edit]));
  return [...places.values()].toSorted((a, b) => b.at - a.at).reduce((current, { apply }) => apply(current), text);
}

/** The edits that a function finds in the services of some roles. */
export function editServices(
  draft: Draft,
  { roles }: Pick<Context, "roles">,
  kinds: readonly ServiceRole["kind"][],
  find: (service: ServiceView, sheet: Sheet, role: ServiceRole) => readonly Edit[],
): Draft {
  const sheet = sheetOf(draft.text);
  const edits = servicesOf(sheet).flatMap((service) => {
    const role = roles.get(service.name);
    return role !== undefined && kinds.includes(role.kind) ? find(service, sheet, role) : [];
  });
  return { ...draft, text: edited(draft.text, edits) };
}

/** The roles whose containers run on ECS. */
export const running: readonly ServiceRole["kind"][] = ["entry", "api", "own"];

/** These, and those that run before a deployment. */
export const onEcs: readonly ServiceRole["kind"][] = [...running, "migration"];
