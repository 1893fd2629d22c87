import { randomBytes } from "node:crypto";

import type { provider } from "@pulumi/pulumi";

import type { Found, Handler, Handlers, Invokes } from "./kit/handler.ts";
import { conceal, type Properties, revealAll, same, secretKeys } from "./kit/wire.ts";

/** The output that lists which outputs were inputs, as the real provider keeps `__defaults`. */
const inputNames = "__inputs";

/**
 * A Pulumi provider made of a table of resource types and a table of functions. It makes the components of `awsx`, too,
 * since one process serves both packages: the engine attaches to it once as `aws` and once as `awsx`. `unknown` makes the
 * handler of a type that is not in the table; without it, such a type is refused.
 */
export function providerOf(
  handlers: Handlers,
  invokes: Invokes,
  unknown?: (type: string) => Handler,
): provider.Provider {
  const handlerOf = (urn: string): Handler => {
    const type = typeOf(urn);
    return handlers[type] ?? unknown?.(type) ?? found(handlers, type, "resource type");
  };
  return {
    version: "7.48.0",
    check: (urn, olds: Properties, news: Properties) =>
      Promise.resolve({ inputs: named(handlerOf(urn), urn, olds, news) }),
    diff: (_id, urn, olds: Properties, news: Properties) => Promise.resolve(difference(handlerOf(urn), olds, news)),
    create: async (urn, inputs: Properties) => {
      const handler = handlerOf(urn);
      const { id, outputs } = await handler.create(revealAll(inputs));
      return { id, outs: state(handler, inputs, outputs) };
    },
    update: async (id, urn, olds: Properties, news: Properties) => {
      const handler = handlerOf(urn);
      const before = revealAll(olds);
      const outputs = (await handler.update?.(id, revealAll(news), before)) ?? {};
      return { outs: state(handler, news, { ...computed(before), ...outputs }) };
    },
    read: async (id, urn, props: Properties) => {
      const { find } = handlerOf(urn);
      if (find !== undefined && Object.keys(props).length === 0) return imported(handlerOf(urn), id, await find(id));
      const changed = (await handlerOf(urn).read?.(id, revealAll(props))) ?? (handlerOf(urn).read ? undefined : {});
      if (changed === undefined) return { id: "", props: {} };
      const now = { ...props, ...conceal(changed, secretKeys(props)) };
      return { id, props: now, inputs: pick(now, inputsOf(props)) };
    },
    delete: async (id, urn, props: Properties) => {
      await handlerOf(urn).delete?.(id, revealAll(props));
    },
    // Loaded when a program has such a component: @pulumi/aws takes half a second.
    construct: async (...component) => (await import("./awsx.ts")).construct(...component),
    invoke: async (token, args: Properties) => ({ outputs: await found(invokes, token, "function")(revealAll(args)) }),
  };
}

/** A resource that was found by its id: everything that it was created with is an input. */
function imported(handler: Handler, id: string, found: Found | undefined) {
  if (found === undefined) return { id: "", props: {} };
  return { id, props: state(handler, found.inputs, found.outputs), inputs: found.inputs };
}

/** What changes when the resource in `olds` is to have the inputs `news`. */
export function difference(handler: Handler, olds: Properties, news: Properties) {
  const keys = [...new Set([...inputsOf(olds), ...Object.keys(news)])];
  const changed = keys.filter((key) => !same(olds[key], news[key], handler.json?.includes(key) ?? false));
  const replaces = handler.update ? changed.filter((key) => handler.replaceOn.includes(key)) : changed;
  const keepsName = handler.autoname !== undefined && !changed.includes(handler.autoname);
  return { changes: changed.length > 0, replaces, deleteBeforeReplace: replaces.length > 0 && keepsName };
}

function named(handler: Handler, urn: string, olds: Properties, news: Properties): Properties {
  const key = handler.autoname;
  if (key === undefined || news[key] !== undefined) return news;
  return { ...news, [key]: olds[key] ?? `${nameOf(urn)}-${randomBytes(4).toString("hex").slice(0, 7)}` };
}

function state(handler: Handler, inputs: Properties, outputs: Properties): Properties {
  const tags = inputs["tags"] === undefined ? {} : { tagsAll: inputs["tags"] };
  const all = { ...tags, ...inputs, ...outputs, [inputNames]: Object.keys(inputs) };
  return conceal(all, [...secretKeys(inputs), ...(handler.secret ?? [])]);
}

function inputsOf(props: Properties): readonly string[] {
  return (props[inputNames] as readonly string[] | undefined) ?? [];
}

function computed(props: Properties): Properties {
  const inputs = new Set([...inputsOf(props), inputNames]);
  return pick(
    props,
    Object.keys(props).filter((key) => !inputs.has(key)),
  );
}

function pick(props: Properties, keys: readonly string[]): Properties {
  return Object.fromEntries(keys.filter((key) => key in props).map((key) => [key, props[key]]));
}

function found<T>(table: Readonly<Record<string, T>>, token: string, kind: string): T {
  const entry = table[token];
  if (entry === undefined)
    throw new Error(`stand-in aws provider: no ${kind} ${token}; add it to local-cloud/provider/aws.ts`);
  return entry;
}

function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
