import { applicationKeys } from "./table/application.ts";
import { balancerKeys } from "./table/balancer.ts";
import { buildKeys } from "./table/build.ts";
import { dataKeys } from "./table/data.ts";
import type { KeyDescription } from "./table/key.ts";
import { networkKeys } from "./table/network.ts";
import { parametersKeys } from "./table/parameters.ts";
import { releaseKeys } from "./table/release.ts";
import { servicesKeys } from "./table/services.ts";
import { sourceKeys } from "./table/source.ts";
import { watchingKeys } from "./table/watching.ts";

/**
 * Every key of a stack's configuration. `npm run docs:settings` writes Pulumi.yaml, docs/settings.md and the JSON schema
 * of stack files from it.
 */
export const table = {
  ...applicationKeys,
  ...parametersKeys,
  ...sourceKeys,
  ...buildKeys,
  ...releaseKeys,
  ...servicesKeys,
  ...balancerKeys,
  ...watchingKeys,
  ...networkKeys,
  ...dataKeys,
};

/** The name of a key. */
export type Key = keyof typeof table;

/** The name of a key of one type. */
export type KeyOf<Type extends KeyDescription["type"]> = {
  readonly [Name in Key]: (typeof table)[Name]["type"] extends Type ? Name : never;
}[Key];

/** Keys of one subject. */
export interface KeyGroup {
  readonly title: string;
  readonly keys: Readonly<Record<string, KeyDescription>>;
}

/** The keys by subject, in the order in which people meet them. */
export const keyGroups: readonly KeyGroup[] = [
  { title: "Application and environment", keys: applicationKeys },
  { title: "Variables and parameters", keys: parametersKeys },
  { title: "Source", keys: sourceKeys },
  { title: "Build", keys: buildKeys },
  { title: "Release", keys: releaseKeys },
  { title: "ECS services", keys: servicesKeys },
  { title: "Load balancer", keys: balancerKeys },
  { title: "Watching", keys: watchingKeys },
  { title: "Network", keys: networkKeys },
  { title: "Database, cache and bucket", keys: dataKeys },
];

/** Whether it is the name of a key. */
export const isKey = (name: string): name is Key => Object.hasOwn(table, name);

/** A key's default as the engine passes values to the program: a list as JSON. */
export function defaultText(key: Key): string {
  const { default: otherwise } = table[key];
  return typeof otherwise === "string" ? otherwise : JSON.stringify(otherwise);
}
