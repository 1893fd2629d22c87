import { isMap, isSeq } from "yaml";
import { editServices, running, type Context, type Draft, type Edit } from "./draft.ts";
import { addBelow, commentOut, mark, replaceAt } from "./edits.ts";
import { environmentOf } from "./environment-entries.ts";
import { knownImage } from "./known-images.ts";
import { publishes } from "./roles.ts";
import { servicesOf, wordsOf, type ServiceView } from "./services.ts";
import { partsOf, plain, resolved, sheetOf, type Part, type Sheet } from "./sheet.ts";

/** Leaves each entrance one port for the load balancer, and gives other services the ports at which they are reached. */
export function withPorts(draft: Draft, context: Context): Draft {
  const one = editServices(draft, context, ["entry", "api"], (service, sheet) => surplus(service, sheet));
  const given = servicesOf(sheetOf(one.text)).reduce((current, { name }) => published(current, context, name), one);
  const inside = editServices(given, context, ["own"], (service, sheet) => toExpose(service, sheet));
  return servicesOf(sheetOf(inside.text)).reduce((current, { name }) => exposed(current, context, name), inside);
}

/** Publishes the port of an entrance that only a proxy on the same machine has reached. */
function published(draft: Draft, { roles, files, folder }: Context, name: string): Draft {
  const sheet = sheetOf(draft.text);
  const service = servicesOf(sheet).find((one) => one.name === name);
  if (service === undefined || roles.get(name)?.kind !== "entry" || publishes(sheet, service)) return draft;
  const labels = wordsOf(sheet, service.value("labels")).join("\n");
  const [, labelled] = /loadbalancer\.server\.port=(\d+)/.exec(labels) ?? [];
  const variable = environmentOf(sheet, service).find((entry) => entry.name === "VIRTUAL_PORT")?.value;
  const [exposedHere] = wordsOf(sheet, service.value("expose"));
  const port = labelled ?? variable ?? exposedHere ?? dockerfilePort(service, files.readFile, folder) ?? "80";
  const lines = [`${mark} the load balancer reaches it here`, `ports: ["${port}"]`];
  return { ...draft, text: addBelow(draft.text, ["services", name], lines) };
}

interface PublishedPort {
  readonly part: Part;
  readonly target: string;
  readonly udp: boolean;
  /** Whether the port of the host is a variable without a default. */
  readonly open: boolean;
}

function portsOf(sheet: Sheet, service: ServiceView): readonly PublishedPort[] {
  const node = service.value("ports");
  if (!isSeq(node)) return [];
  return partsOf(sheet, node).map((part) => {
    const item = resolved(sheet, part.node);
    const text = isMap(item) ? (plain(item.get("target", true)) ?? "") : (plain(item) ?? "");
    const protocol = isMap(item) ? plain(item.get("protocol", true)) : text.split("/")[1];
    const pieces = text.replace(/\/\w+$/, "").match(/(\$\{[^}]*\}|[^:])+/g) ?? [];
    const open = pieces.slice(0, -1).some((piece) => /\$\w|\$\{\w+\}/.test(piece));
    return { part, target: pieces.at(-1) ?? "", udp: protocol === "udp", open };
  });
}

/** All ports of an entrance except the one that the load balancer reaches. */
function surplus(service: ServiceView, sheet: Sheet): readonly Edit[] {
  const ports = portsOf(sheet, service);
  const tcp = ports.filter(({ udp, target }) => !udp && !/^(443|8443|9229|5005|35729)$/.test(target));
  const kept = tcp.find(({ target }) => /^(80|8080|3000|8000|5000)$/.test(target)) ?? tcp[0] ?? ports[0];
  return ports.flatMap((port) => {
    const at = port.part.start;
    if (port === kept)
      return port.open
        ? [{ at, apply: (text: string) => replaceAt(text, [at, port.part.end], JSON.stringify(port.target)) }]
        : [];
    const why = /443$/.test(port.target)
      ? "the load balancer answers HTTPS (setting domain), and reaches the container by HTTP"
      : `the load balancer reaches one port, here ${kept?.target ?? ""}`;
    return [{ at, apply: (text: string) => commentOut(text, at, why) }];
  });
}

const inside = "other services reach it here; the load balancer does not";

/** Turns `ports` of a service into `expose`. */
function toExpose(service: ServiceView, sheet: Sheet): readonly Edit[] {
  const part = service.key("ports");
  // An empty list takes away the ports of a mapping that the service merges, so it stays.
  if (part === undefined || isEmpty(service.value("ports"))) return [];
  const targets = portsOf(sheet, service).filter(({ udp }) => !udp);
  const list = [...new Set(targets.map(({ target }) => target))].map((target) => JSON.stringify(target)).join(", ");
  const merged = part.start < service.part.start || part.start >= service.part.end;
  const apply = (text: string): string => {
    if (merged) return addBelow(text, ["services", service.name], [`${mark} ${inside}`, "ports: []"]);
    const hidden = commentOut(text, part.start, inside);
    const needed = list !== "" && service.key("expose") === undefined;
    return needed ? addBelow(hidden, ["services", service.name], [`expose: [${list}]`]) : hidden;
  };
  return [{ at: part.start, apply }];
}

const isEmpty = (node: unknown): boolean => isSeq(node) && node.items.length === 0;

/** Writes the port of a service that others use and that names none. */
function exposed(draft: Draft, { roles, files, folder }: Context, name: string): Draft {
  const sheet = sheetOf(draft.text);
  const services = servicesOf(sheet);
  const service = services.find((one) => one.name === name);
  if (service === undefined || !running.includes(roles.get(name)?.kind ?? "kept")) return draft;
  if (service.key("ports") !== undefined || service.key("expose") !== undefined) return draft;
  const others = services.filter((one) => one.name !== name && roles.get(one.name)?.kind !== "tool");
  const texts = others.flatMap((one) => [one.command, ...environmentOf(sheet, one).map(({ value }) => value ?? "")]);
  const word = new RegExp(`(?:^|[^\\w.-])${name}(?::(\\d{2,5}))?(?![\\w.-])`);
  const found = texts.flatMap((text) => word.exec(text) ?? []);
  const image = service.key("build") === undefined ? knownImage(service.text("image") ?? "").port : undefined;
  const port =
    found.find((one) => /^\d+$/.test(one)) ??
    image?.toString() ??
    (found.length > 0 ? dockerfilePort(service, files.readFile, folder) : undefined);
  if (port === undefined) return draft;
  return {
    ...draft,
    text: addBelow(draft.text, ["services", name], [`${mark} ${inside}`, `expose: ["${port}"]`]),
  };
}

/** The port in EXPOSE of a service's Dockerfile. */
function dockerfilePort(
  service: ServiceView,
  readFile: (path: string) => string | undefined,
  folder: string,
): string | undefined {
  const build = service.value("build");
  const context = isMap(build) ? (plain(build.get("context", true)) ?? ".") : (plain(build) ?? ".");
  const file = isMap(build) ? (plain(build.get("dockerfile", true)) ?? "Dockerfile") : "Dockerfile";
  return exposedPort(readFile([folder, context, file].filter((part) => part !== "" && part !== ".").join("/")));
}

/** The first port in EXPOSE of a Dockerfile. */
export const exposedPort = (dockerfile = ""): string | undefined =>
  [...dockerfile.matchAll(/^\s*EXPOSE\s+(\d+)/gim)].at(-1)?.[1];
