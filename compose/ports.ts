import { field, items, mapping, number, text } from "./fields.ts";
import type { Position, Report } from "./problem.ts";
import type { Mapping, Value } from "./tree.ts";

/** A port a container listens on, and where the file says so. */
export interface Port {
  readonly port: number;
  readonly at: Position;
}

/** What `ports` and `expose` of a service say: container ports. */
export interface Ports {
  readonly published: readonly Port[];
  readonly exposed: readonly Port[];
}

/** The container ports of a service. */
export function portsOf(keys: Mapping, report: Report): Ports {
  const ports = field(keys, "ports")?.read();
  const expose = field(keys, "expose")?.read();
  return {
    published:
      ports === undefined ? [] : items(ports, '"ports"', report).flatMap((item) => published(item, report) ?? []),
    exposed:
      expose === undefined
        ? []
        : items(expose, '"expose"', report).flatMap((item) => short(item, '"expose"', report) ?? []),
  };
}

/** The port numbers alone, each once, ascending. */
export function portNumbers({ published, exposed }: Ports): readonly number[] {
  return [...new Set([...published, ...exposed].map(({ port }) => port))].toSorted((a, b) => a - b);
}

const valid = {
  accepts: (port: number) => Number.isInteger(port) && port >= 1 && port <= 65535,
  allowed: "a port from 1 to 65535",
};

function published(item: Value, report: Report): Port | undefined {
  if (item.kind !== "mapping") return short(item, '"ports"', report);
  const long = mapping(item, '"ports"', ["target", "published", "protocol", "mode", "host_ip"], report);
  const target = long && field(long, "target")?.read();
  if (long === undefined || target === undefined) {
    if (long !== undefined) report(item.at, '"ports" has an entry without a port; write "target"');
    return undefined;
  }
  const protocol = field(long, "protocol")?.read();
  const name = protocol && text(protocol, '"protocol"', report);
  if (protocol !== undefined && name !== undefined) tcpOnly(name, protocol.at, report);
  const port = number(target, '"target"', valid, report);
  return port === undefined ? undefined : { port, at: item.at };
}

/** `3000`, `8080:3000`, `127.0.0.1:8080:3000` and the same with `/tcp`. */
function short(item: Value, what: string, report: Report): Port | undefined {
  const given = text(item, `an item of ${what}`, report);
  if (given === undefined) return undefined;
  const [, port, protocol] = /(?:^|:)(\d+)(?:\/(\w+))?$/.exec(given) ?? [];
  if (port === undefined || !valid.accepts(Number(port))) {
    report(item.at, `${what} has "${given}"; write one ${valid.allowed.slice(2)}, such as "8080:3000"`);
    return undefined;
  }
  if (protocol !== undefined) tcpOnly(protocol, item.at, report);
  return { port: Number(port), at: item.at };
}

function tcpOnly(protocol: string, at: Position, report: Report): void {
  if (protocol.toLowerCase() !== "tcp") report(at, `the balancer carries no ${protocol}; use tcp`);
}
