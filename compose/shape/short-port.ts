import { fromText } from "../tree/plain-text.ts";
import type { Expand } from "./shape.ts";
import { implied, mappingAt, type Value } from "../tree/tree.ts";

/** The ports of `3000`, `8080:3000`, `127.0.0.1:8080:3000`, ranges of them, and the same with `/udp`. */
export const portsOf: Expand = (value, what, { report }) =>
  fromText(quoted(value), what, report, (given) => {
    const found = parsePort(given);
    if (typeof found !== "string") return found.map((port) => longForm(port, value));
    report(value.at, `${what} is "${given}", ${found}`);
    return [];
  });

/** A port may be a number, too. */
const quoted = (value: Value): Value =>
  value.kind === "scalar" && typeof value.value === "number" ? { ...value, value: value.written } : value;

/** The maximum number of ports in a range; ECS takes 100 ports of a container (RegisterTaskDefinition, PortMapping). */
export const mostPorts = 100;

interface Port {
  readonly host: string;
  readonly published: string;
  readonly target: number;
  readonly protocol: string;
}

/** The ports that Docker reads, or the problem and its remedy. */
function parsePort(given: string): readonly Port[] | string {
  const [, host = "", hostPort = "", container = "", protocol = "tcp"] =
    /^(?:(?:(.*):)?([\d-]*):)?([\d-]+)(?:\/(\w+))?$/.exec(given) ?? [];
  const target = portRange(container);
  const published = hostPort === "" ? undefined : portRange(hostPort);
  if (target === undefined || (hostPort !== "" && published === undefined))
    return 'which is not a port; write one from 1 to 65535, such as "8080:3000"';
  if (target[1] - target[0] >= mostPorts) return `which is more than ${mostPorts} ports; name those that are needed`;
  const named = protocol.toLowerCase();
  if (!["tcp", "udp", "sctp"].includes(named)) return `but "${protocol}" is not a protocol; write tcp, udp or sctp`;
  if (host !== "" && !/^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:]*:[\da-f:.]*\])$/i.test(host))
    return `but "${host}" is not an IP address; write one, such as 127.0.0.1 or [::1], or leave it out`;
  const [first, last] = target;
  const [firstHost, lastHost] = published ?? target;
  if (first !== last && lastHost - firstHost !== last - first)
    return "whose two ranges have different lengths; give them the same length";
  const ports = Array.from({ length: last - first + 1 }, (_, at): Port => {
    const end = first === last && firstHost !== lastHost ? `-${lastHost}` : "";
    const outside = published === undefined ? "" : `${firstHost + at}${end}`;
    return { host: host.replace(/^\[|\]$/g, ""), published: outside, target: first + at, protocol: named };
  });
  return ports.toSorted((a, b) => (String(a.target) < String(b.target) ? -1 : 1));
}

/** The first and the last port of `3000` or `3000-3005`; undefined where it is neither. */
export function portRange(given: string): readonly [number, number] | undefined {
  const [, from = "", to = from] = /^(\d+)(?:-(\d+))?$/.exec(given) ?? [];
  const [first, last] = [Number(from), Number(to)];
  return from !== "" && first >= 1 && first <= last && last <= 65535 ? [first, last] : undefined;
}

function longForm({ host, published, target, protocol }: Port, { at }: Value): Value {
  return mappingAt(at, {
    mode: implied(at, "ingress"),
    host_ip: host === "" ? undefined : implied(at, host),
    target: implied(at, target),
    published: published === "" ? undefined : implied(at, published),
    protocol: implied(at, protocol),
  });
}
