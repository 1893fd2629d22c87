import { isMap, isSeq } from "yaml";
import type { ServiceView } from "./services.ts";
import { keysOf, valueOf } from "./services.ts";
import { partsOf, plain, resolved, type Sheet } from "./sheet.ts";

/** A variable in the `environment` of a service. */
export interface EnvironmentEntry {
  readonly name: string;
  /** Undefined if it is passed through from the shell. */
  readonly value: string | undefined;
  /** Where the entry begins. */
  readonly at: number;
  /** Where its value stands, or the whole item of a list. */
  readonly range: readonly [number, number];
  /** What to write there for another value. */
  readonly written: (value: string) => string;
}

/** The variables in the `environment` of a service, also those of a mapping or list that it shares with others. */
export function environmentOf(sheet: Sheet, service: ServiceView): readonly EnvironmentEntry[] {
  const node = service.value("environment");
  if (isMap(node))
    return [...keysOf(sheet, node)].map(([name, part]) => {
      const value = valueOf(sheet, part);
      const [start = part.end] = value?.range ?? [];
      const empty = plain(value) === undefined;
      return {
        name,
        value: plain(value),
        at: part.start,
        range: empty ? [part.end, part.end] : [start, part.end],
        written: (text) => `${empty && sheet.text[part.end - 1] !== " " ? " " : ""}${text}`,
      };
    });
  if (!isSeq(node)) return [];
  return partsOf(sheet, node).flatMap((part) => {
    const [, name, value] = /^([^=]+)(?:=(.*))?$/s.exec(plain(resolved(sheet, part.node)) ?? "") ?? [];
    if (name === undefined) return [];
    return [
      {
        name,
        value,
        at: part.start,
        range: [part.start, part.end] as const,
        written: (text: string) => `${name}=${text}`,
      },
    ];
  });
}

/** The host and the rest of a value that is the address of a host: a URL, HOST or HOST:PORT. */
export function addressOf(value: string): { readonly host: string; readonly url: boolean } | undefined {
  const [, url] =
    /^[a-z][a-z0-9+.:-]*:\/\/(?:[^@\s]*@)?((?:\$\{[^}]*\}|[\w.-])+)(?::\S+)?(?:[/?]\S*)?$/i.exec(value) ?? [];
  if (url !== undefined) return { host: url, url: true };
  const [, host] = /^(?:tcp\()?([\w-]+)(?::\d+)?\)?$/.exec(value) ?? [];
  return host === undefined ? undefined : { host, url: false };
}
