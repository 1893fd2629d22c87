import { isMap, isSeq } from "yaml";
import { environmentOf } from "./environment-entries.ts";
import { knownImage, type Managed } from "./known-images.ts";
import { onlyMigrates } from "./migrations.ts";
import { keysOf, valueOf, wordsOf, type ServiceView } from "./services.ts";
import { partsOf, plain, type Sheet } from "./sheet.ts";

/** What becomes of a Compose service in an environment. */
export type ServiceRole =
  | { readonly kind: "managed"; readonly by: Managed }
  | { readonly kind: "tool"; readonly why: string }
  | { readonly kind: "migration" }
  | { readonly kind: "job" }
  /** The load balancer reaches it. */
  | { readonly kind: "entry" }
  /** The load balancer reaches it, too, at these paths. */
  | { readonly kind: "api"; readonly paths: readonly string[] }
  /** Others reach it by its name, or no one does. */
  | { readonly kind: "own" }
  /** It has profiles, which say what becomes of it. */
  | { readonly kind: "kept" };

/** The role of each service by its name. */
export function rolesOf(sheet: Sheet, services: readonly ServiceView[]): ReadonlyMap<string, ServiceRole> {
  const made = new Set<Managed["kind"]>();
  const awaited = new Set(services.flatMap((service) => awaitedBy(sheet, service)));
  const roles = new Map<string, ServiceRole>();
  const images = new Set(services.flatMap((one) => (one.key("build") === undefined ? [] : [one.text("image") ?? ""])));
  for (const service of services) {
    const role = apart(service, awaited, images) ?? { kind: "own" };
    // `up` creates one database and one cache; a second one stays a container.
    const second = role.kind === "managed" && made.has(role.by.kind);
    if (role.kind === "managed") made.add(role.by.kind);
    roles.set(service.name, second ? { kind: "own" } : role);
  }
  const entry = entryOf(
    sheet,
    services.filter(({ name }) => roles.get(name)?.kind === "own"),
  );
  for (const service of services) {
    if (service === entry) roles.set(service.name, { kind: "entry" });
    else if (isApi(service, roles.get(service.name), entry))
      roles.set(service.name, { kind: "api", paths: ["/api/*"] });
  }
  return roles;
}

/** The role of a service that runs neither behind the load balancer nor for other services. */
function apart(
  service: ServiceView,
  awaited: ReadonlySet<string>,
  images: ReadonlySet<string>,
): ServiceRole | undefined {
  const image = service.key("build") === undefined ? knownImage(service.text("image") ?? "") : {};
  if (service.profiles.length > 0) return { kind: "kept" };
  if (onlyMigrates(service.command) || /^(db[-_])?(migrat\w*|migrations?)$/.test(service.name))
    return { kind: "migration" };
  if (image.managed !== undefined) return { kind: "managed", by: image.managed };
  if (image.tool !== undefined) return { kind: "tool", why: image.tool };
  if (!awaited.has(service.name)) return undefined;
  // What others wait for and what has the application's own image prepares the release.
  return service.key("build") !== undefined || images.has(service.text("image") ?? "")
    ? { kind: "migration" }
    : { kind: "job" };
}

/** The services for whose end a service waits. */
function awaitedBy(sheet: Sheet, service: ServiceView): readonly string[] {
  const node = service.value("depends_on");
  if (!isMap(node)) return [];
  return partsOf(sheet, node).flatMap((part) => {
    const value = valueOf(sheet, part);
    const condition = isMap(value) ? plain(value.get("condition", true)) : undefined;
    return condition === "service_completed_successfully" ? [part.key ?? ""] : [];
  });
}

/** The service that the load balancer reaches: one that publishes a port and looks like the entrance. */
function entryOf(sheet: Sheet, services: readonly ServiceView[]): ServiceView | undefined {
  const published = services.filter((service) => publishes(sheet, service));
  const candidates = published.length > 0 ? published : services.filter((service) => proxied(sheet, service));
  const rank = (service: ServiceView): number => {
    const name = entrances.findIndex((pattern) => pattern.test(service.name));
    const known = service.key("build") === undefined && knownImage(service.text("image") ?? "").port !== undefined;
    return (known ? 200 : 0) + (service.key("build") === undefined ? 20 : 0) + (name < 0 ? 50 : name * 10);
  };
  return candidates.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** Whether a proxy that finds its services by labels or variables sends requests to this one. */
function proxied(sheet: Sheet, service: ServiceView): boolean {
  const labels = service.value("labels");
  const words = isMap(labels) ? [...keysOf(sheet, labels).keys()] : wordsOf(sheet, labels);
  return (
    words.some((label) => /^traefik\.http\./.test(label)) ||
    environmentOf(sheet, service).some(({ name }) => name === "VIRTUAL_HOST")
  );
}

const entrances: readonly RegExp[] = [
  /nginx|proxy|gateway|caddy|haproxy|ingress|httpd|apache/,
  /^web|frontend|client|^ui$|www|site/,
  /^app|django|rails|laravel|wordpress/,
  /server|api|backend/,
];

export const publishes = (sheet: Sheet, service: ServiceView): boolean => {
  const node = service.value("ports");
  return (
    isSeq(node) &&
    (node.items.length > wordsOf(sheet, node).length || wordsOf(sheet, node).some((port) => !port.endsWith("/udp")))
  );
};

const isApi = (service: ServiceView, role: ServiceRole | undefined, entry: ServiceView | undefined): boolean =>
  role?.kind === "own" &&
  entry !== undefined &&
  /frontend|client|^ui$|^web|www|site/.test(entry.name) &&
  /^(api|backend|server)$/.test(service.name) &&
  service.key("ports") !== undefined &&
  service.key("build") !== undefined;
