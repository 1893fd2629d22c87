import { field, section } from "../tree/fields.ts";
import { addressesIn, hostsIn, isHostKey, optionHosts } from "../tree/host-names.ts";
import { rendered } from "../tree/interpolate.ts";
import { portNumbers, portsOf as portsOfKeys } from "../keys/ports.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Value } from "../tree/tree.ts";
import { splitWords } from "../tree/words.ts";
import type { Service } from "../keys/service.ts";

/**
 * Reports each service name that containers use as an address but that does not resolve on ECS; a line is reported
 * once, with all services that use it.
 */
export function checkNeighbours(services: readonly Service[], report: Report): void {
  const byName = new Map(services.map((service) => [service.name, service]));
  const ports = new Map(services.map((service) => [service.name, portsOf(service)]));
  const found = new Map<string, { readonly at: Position; readonly wrong: Wrong; readonly from: string[] }>();
  for (const service of services) {
    if ((service.role !== "task" && service.role !== "release") || service.filesOf !== undefined) continue;
    for (const { at, hosts } of uses(service, (name) => ports.get(name) ?? [])) {
      for (const host of new Set(hosts)) {
        const other = byName.get(host);
        const wrong = other && unreachable(service, other);
        if (wrong === undefined) continue;
        const key = `${at.file}:${at.line}:${at.column}: ${wrong("")}`;
        const same = found.get(key) ?? { at, wrong, from: [] };
        if (!same.from.includes(service.name)) same.from.push(service.name);
        found.set(key, same);
      }
    }
  }
  for (const { at, wrong, from } of found.values()) report(at, wrong(from.map((name) => `"${name}"`).join(", ")));
}

/** The problem with a name, as a message for the services that use it. */
type Wrong = (from: string) => string;

/** Why another service cannot reach a service by its name; undefined if it can. */
function unreachable(from: Service, to: Service): Wrong | undefined {
  const { name, role, ecs } = to;
  if (from.role === "release")
    return (users) =>
      `"${name}" is not an address for ${users}: a release task runs alone; write an address that exists without it`;
  if (role !== "task")
    return (users) => `"${name}" has a profile and does not run next to ${users}; write the address that it has on AWS`;
  if (ecs.service === from.ecs.service)
    return (users) =>
      `"${name}" runs in the same task as ${users}, where its name does not resolve; write localhost, or give "${name}" a separate ECS service with "x-ecs: {service: NAME}"`;
  if (portsOf(to).length > 0) return undefined;
  return () => `"${name}" has no port, so other ECS services cannot reach it; write "expose" there`;
}

/** A text of a service, and the names that it uses as addresses. */
interface Use {
  readonly at: Position;
  readonly hosts: readonly string[];
}

type PortsOf = (service: string) => readonly number[];

function uses({ keys }: Service, ports: PortsOf): readonly Use[] {
  const environment = section(keys, "environment")?.entries ?? [];
  const test = section(keys, "healthcheck");
  const commands = [field(keys, "command"), field(keys, "entrypoint"), test && field(test, "test")];
  return [
    ...environment.map(({ key, value }) => {
      const text = textOf(value);
      const whole = isHostKey(key) ? hostsIn(text) : [];
      return { at: value.at, hosts: [...whole, ...addressesIn(text, ports)] };
    }),
    ...commands.flatMap((entry) => (entry === undefined ? [] : commandUses(entry.value, ports))),
  ];
}

/** The words of a command; a line for a shell in a list is split into words, too. */
function commandUses(value: Value, ports: PortsOf): readonly Use[] {
  const items = value.kind === "sequence" ? value.items : [value];
  const lines = items.map((item) => ({ at: item.at, text: textOf(item) }));
  const words = value.kind === "sequence" ? lines.map(({ text }) => text) : [];
  return [
    { at: value.at, hosts: optionHosts(words, ports) },
    ...lines.map(({ at, text }) => {
      const split = splitWords(text);
      const parts = "words" in split ? split.words : text.split(/[\s;&|()]+/);
      return { at, hosts: [...addressesIn(text, ports), ...optionHosts(parts, ports)] };
    }),
  ];
}

const textOf = (value: Value): string => (value.kind === "scalar" ? rendered(value.pieces) : "");

/** Ports that a service publishes or exposes, if they are numbers. */
const portsOf = ({ keys }: Service): readonly number[] => portNumbers(portsOfKeys(keys, () => undefined));
