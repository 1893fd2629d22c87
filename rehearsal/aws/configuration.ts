import { completeConfiguration } from "../../scripts/for-rehearsal.ts";
import { accountKeys, inheritedTags } from "./account-keys.ts";
import { changedKeys, leftOutKeys } from "./changed-keys.ts";
import type { OwnName } from "./own-name.ts";

/** Configuration of a stack by key with namespace. */
export type Keys = Readonly<Record<string, unknown>>;

/** The configuration of a rehearsal's stack, and what differs from the real one. */
export interface AccountConfiguration {
  readonly configured: Keys;
  /** One line for each difference that a person should know. */
  readonly notes: readonly string[];
}

/** What a stack's configuration is rehearsed with. */
export interface ConfigurationArgs {
  /** Name of the Pulumi project, with which its keys begin. */
  readonly project: string;
  /** The real environment, whose Compose file is rehearsed. */
  readonly environment: string;
  /** What the project's file and the stack's set, without defaults. */
  readonly configured: Keys;
  readonly own: OwnName;
  readonly account: string;
  readonly region: string;
  /** Where the code comes from. */
  readonly source: { readonly bucket: string; readonly key: string };
}

/** Tag of everything that a rehearsal creates; its value is the rehearsal's name. */
export const rehearsalTag = "compose-ecs-pipeline:rehearsal";

/** The configuration of a stack as a rehearsal on an account needs it: small, unprotected, and with its own name. */
export function accountConfiguration(args: ConfigurationArgs): AccountConfiguration {
  const { project, environment, configured, own, source } = args;
  const key = (name: string) => `${project}:${name}`;
  const kept: Record<string, unknown> = {};
  const notes: string[] = [];
  const defaults = completeConfiguration({ name: project }, {});
  const differs = (name: string, value: unknown) => isSet(value) && String(value) !== String(defaults[key(name)]);
  for (const [name, value] of Object.entries(configured)) {
    const short = name.startsWith(`${project}:`) ? name.slice(project.length + 1) : name;
    if (name.startsWith("aws:") || name.startsWith("secrets:")) continue;
    const why = isEncrypted(value) ? "only the real stack's key decrypts it" : leftOutKeys[short];
    if (why === undefined) kept[name] = value;
    else if (differs(short, value)) notes.push(`${short}: ${shown(value)} is left out; ${why}`);
  }
  for (const { name, value, why } of changedKeys(own.app)) {
    const before = kept[key(name)];
    if (differs(name, before) && String(before) !== String(value) && why !== undefined)
      notes.push(`${name}: ${shown(before)} is replaced by ${shown(value)}; ${why}`);
    kept[key(name)] = value;
  }
  const files = kept[key("composeFiles")];
  const database = kept[key("databaseEngine")];
  return {
    configured: {
      ...kept,
      ...aws(args),
      [key("composeFiles")]: isSet(files) ? files : [`docker-compose-${environment}.yml`],
      [key("sourceProvider")]: "S3",
      [key("sourceBucket")]: source.bucket,
      [key("sourceKey")]: source.key,
      ...(isSet(kept[key("parameters")]) && { [key("parameters")]: ownParameters(kept[key("parameters")]) }),
      ...(isSet(kept[key("smokeTestUrl")]) && { [key("smokeTestUrl")]: pathOf(kept[key("smokeTestUrl")]) }),
      // A rehearsal leaves no snapshot.
      ...(isSet(database) && database !== "none" && { [key("databaseFinalSnapshot")]: false }),
    },
    notes: [...notes, ...elsewhere(kept[key("parameters")])],
  };
}

function aws({ configured, account, region, own }: ConfigurationArgs): Keys {
  return {
    ...Object.fromEntries(Object.entries(configured).filter(([key]) => accountKeys.includes(key))),
    "aws:region": region,
    "aws:allowedAccountIds": [account],
    "aws:defaultTags": { tags: { ...inheritedTags(configured["aws:defaultTags"]), [rehearsalTag]: own.prefix } },
  };
}

/** The variables alone: the rehearsal has its own parameter for each, and reads none of a real environment. */
const ownParameters = (value: unknown): readonly string[] => listOf(value).map((entry) => entry.replace(/=.*$/s, ""));

const elsewhere = (value: unknown): readonly string[] =>
  listOf(value)
    .filter((entry) => entry.includes("="))
    .map((entry) => `parameters: ${entry} is not read; the rehearsal has its own parameter with your value`);

/** Of a smoke test's URL, which may be a real environment's, only the path. */
function pathOf(value: unknown): string {
  const url = String(value);
  return URL.canParse(url) ? new URL(url).pathname + new URL(url).search : url;
}

const isEncrypted = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);

const shown = (value: unknown): string =>
  isEncrypted(value) ? "(encrypted)" : typeof value === "string" ? value : JSON.stringify(value);

function listOf(value: unknown): readonly string[] {
  const list: unknown = typeof value === "string" && value.startsWith("[") ? JSON.parse(value) : value;
  return Array.isArray(list) ? list.map(String) : [];
}
