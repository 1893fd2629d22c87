import { isText } from "../tree/fields.ts";
import { implied, mappingAt, valueOf, withKey, type Entry, type Mapping, type Value } from "../tree/tree.ts";

/** The service with dependencies on services whose names or namespaces it uses. */
export function withDependencies(service: Mapping): Mapping {
  const written = valueOf(service, "depends_on");
  const known = written?.kind === "mapping" ? written.entries : [];
  const used = [...linked(service), ...shared(service), ...mounted(service)];
  const added = new Map<string, Entry>();
  for (const { name, at, restart } of used) {
    if (known.some(({ key }) => key === name) || added.has(name)) continue;
    const value = mappingAt(at, {
      condition: implied(at, "service_started"),
      required: implied(at, true),
      restart: implied(at, restart),
    });
    added.set(name, { key: name, at, value });
  }
  if (added.size === 0) return service;
  const at = (written ?? service).at;
  return withKey(service, "depends_on", { kind: "mapping", at, entries: [...known, ...added.values()] });
}

interface Use {
  readonly name: string;
  readonly at: Value["at"];
  readonly restart: boolean;
}

function linked(service: Mapping): readonly Use[] {
  return texts(service, "links").map(({ text, at }) => ({
    name: /^([^:]*):[^:]*$/.exec(text)?.[1] ?? text,
    at,
    restart: true,
  }));
}

function shared(service: Mapping): readonly Use[] {
  return ["network_mode", "ipc", "pid", "uts", "cgroup"].flatMap((key) =>
    texts(service, key).flatMap(({ text, at }) =>
      text.startsWith("service:") ? [{ name: text.slice("service:".length), at, restart: true }] : [],
    ),
  );
}

function mounted(service: Mapping): readonly Use[] {
  return texts(service, "volumes_from").flatMap(({ text, at }) =>
    text.startsWith("container:") ? [] : [{ name: text.replace(/:.*$/, ""), at, restart: false }],
  );
}

/** The texts of a key that are known now, one or several. */
function texts(service: Mapping, key: string): readonly { readonly text: string; readonly at: Value["at"] }[] {
  const value = valueOf(service, key);
  const items = value?.kind === "sequence" ? value.items : value === undefined ? [] : [value];
  return items.flatMap((item) => (isText(item) ? [{ text: item.pieces.join(""), at: item.at }] : []));
}

/** A secret in a container, with the path where Compose puts it. */
export function withTarget(mount: Mapping): Mapping {
  const source = valueOf(mount, "source");
  if (valueOf(mount, "target") !== undefined || source === undefined || !isText(source)) return mount;
  return withKey(mount, "target", implied(source.at, `/run/secrets/${source.pieces.join("")}`));
}
