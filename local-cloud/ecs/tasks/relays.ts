import { createHash } from "node:crypto";
import { docker, labelArguments } from "../../kit/docker.ts";
import type { World } from "../../kit/service.ts";
import type { Endpoint } from "../kit/state.ts";

const relayImage = "debian:bookworm-slim";

/**
 * The replacement for the proxies that Service Connect puts into tasks: a container for each endpoint. Its address is the
 * same whatever runs behind it. A connection goes to one of the tasks that run at that time; without one, it is closed.
 */
export interface Relays {
  /** Opens an endpoint; does nothing when it is open already. */
  readonly open: (endpoint: Endpoint) => void;
  /** The address that the endpoint's names resolve to, once it is open. */
  readonly address: (endpoint: Endpoint) => Promise<string>;
  /** Removes the endpoints of a service. */
  readonly remove: (serviceArn: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Relay {
  readonly serviceArn: string;
  readonly started: Promise<{ readonly container: string; readonly address: string }>;
}

/** The name by which relays find the tasks of a service; programs in tasks do not use it. */
export const taskHost = (serviceArn: string): string =>
  `tasks-${createHash("sha256").update(serviceArn).digest("hex").slice(0, 16)}`;

/** No endpoint is open yet. */
export function endpointRelays(world: World): Relays {
  const relays = new Map<string, Relay>();
  const keyOf = ({ serviceArn, ports }: Endpoint): string => [serviceArn, ...ports].join(" ");
  const open = (endpoint: Endpoint): Relay => {
    const key = keyOf(endpoint);
    const relay = relays.get(key) ?? { serviceArn: endpoint.serviceArn, started: start(world, endpoint) };
    // `address` reports why there is none.
    relay.started.catch(() => undefined);
    relays.set(key, relay);
    return relay;
  };
  const remove = async (wanted: (relay: Relay) => boolean): Promise<void> => {
    const removed = [...relays].filter(([, relay]) => wanted(relay));
    for (const [key] of removed) relays.delete(key);
    const started = await Promise.allSettled(removed.map(([, relay]) => relay.started));
    const containers = started.flatMap((each) => (each.status === "fulfilled" ? each.value.container : []));
    if (containers.length > 0) await docker(["rm", "--force", ...containers]);
  };
  return {
    open: (endpoint) => void open(endpoint),
    address: async (endpoint) => (await open(endpoint).started).address,
    remove: (serviceArn) => remove((relay) => relay.serviceArn === serviceArn),
    close: () => remove(() => true),
  };
}

async function start({ network, labels }: World, { serviceArn, ports }: Endpoint): Promise<Awaited<Relay["started"]>> {
  const container = await docker([
    ...["run", "--detach", "--init", "--network", network, ...labelArguments(labels), relayImage],
    ...["perl", "-MIO::Socket::INET", "-MIO::Select", "-e", relay, taskHost(serviceArn), ...ports.map(String)],
  ]);
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  return { container, address: await docker(["inspect", "--format", format, container]) };
}

// Docker's DNS knows the running tasks. A task whose container does not listen yet is skipped.
const relay = String.raw`
my ($tasks, @ports) = @ARGV;
$SIG{CHLD} = $SIG{PIPE} = "IGNORE";
my $listening = IO::Select->new(map { IO::Socket::INET->new(LocalPort => $_, Listen => 128, ReuseAddr => 1) or die "$_: $!\n" } @ports);
for (;;) {
  for my $listener ($listening->can_read) {
    my $client = $listener->accept or next;
    next if fork // 1;
    relay($client, $listener->sockport);
    exit;
  }
}

sub relay {
  my ($client, $port) = @_;
  my (undef, undef, undef, undef, @addresses) = gethostbyname $tasks;
  for my $address (map { inet_ntoa($_) } @addresses) {
    my $server = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $port, Timeout => 1) or next;
    my %other = ($client => $server, $server => $client);
    my $both = IO::Select->new($client, $server);
    while (my @ready = $both->can_read) {
      for my $from (@ready) {
        if (sysread $from, my $data, 65536) { pass($other{$from}, $data) }
        else { $both->remove($from); shutdown $other{$from}, 1 }
      }
    }
    return;
  }
}

sub pass {
  my ($to, $data) = @_;
  while (length $data) { substr($data, 0, syswrite($to, $data) // exit) = "" }
}`;
