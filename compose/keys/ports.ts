import { field, isText, text } from "../tree/fields.ts";
import type { Position, Report } from "../tree/problem.ts";
import { mostPorts, portRange } from "../shape/short-port.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** A port that a container listens on, and its place in the file. */
export interface Port {
  readonly port: number;
  readonly at: Position;
}

/** The container ports in `ports` and `expose` of a service. */
export interface Ports {
  readonly published: readonly Port[];
  readonly exposed: readonly Port[];
}

/** The container ports of a service. */
export function portsOf(keys: Mapping, report: Report): Ports {
  const items = (key: string): readonly Value[] => {
    const value = field(keys, key)?.value;
    return value?.kind === "sequence" ? value.items : [];
  };
  return {
    published: items("ports").flatMap((item) => published(item, report) ?? []),
    exposed: items("expose").flatMap((item) => exposed(item, report)),
  };
}

/** The port numbers alone, each once, ascending. */
export function portNumbers({ published, exposed }: Ports): readonly number[] {
  return [...new Set([...published, ...exposed].map(({ port }) => port))].toSorted((a, b) => a - b);
}

function published(item: Value, report: Report): Port | undefined {
  const target = item.kind === "mapping" ? field(item, "target")?.value : undefined;
  const protocol = item.kind === "mapping" ? field(item, "protocol")?.value : undefined;
  if (protocol !== undefined && isText(protocol)) tcpOnly(protocol.pieces.join(""), protocol.at, report);
  const port = target && valid(target, '"target"', report);
  return port === undefined ? undefined : { port, at: item.at };
}

/** `3000`, `3000-3005`, and the same with `/tcp`. */
function exposed(item: Value, report: Report): readonly Port[] {
  const given = text(item, 'an item of "expose"', report);
  if (given === undefined) return [];
  const [, ports = "", protocol] = /^([\d-]+)(?:\/(\w+))?$/.exec(given) ?? [];
  const found = portRange(ports);
  if (found === undefined) {
    report(item.at, `"expose" has "${given}"; write a port from 1 to 65535 or a range, such as "3000" or "3000-3005"`);
    return [];
  }
  if (protocol !== undefined) tcpOnly(protocol, item.at, report);
  const [first, last] = found;
  if (last - first < mostPorts)
    return Array.from({ length: last - first + 1 }, (_, after) => ({ port: first + after, at: item.at }));
  report(item.at, `"expose" has "${given}", which is more than ${mostPorts} ports; name those that are needed`);
  return [];
}

function valid(value: Value, what: string, report: Report): number | undefined {
  const given = text(value, what, report);
  if (given === undefined || inRange(Number(given))) return given === undefined ? undefined : Number(given);
  report(value.at, `${what} is "${given}"; write a port from 1 to 65535`);
  return undefined;
}

const inRange = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535;

function tcpOnly(protocol: string, at: Position, report: Report): void {
  if (protocol.toLowerCase() !== "tcp") report(at, `the load balancer does not support ${protocol}; use tcp`);
}
