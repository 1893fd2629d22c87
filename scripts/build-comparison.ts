import { changedKeys, composeLabel, type Fingerprint } from "../compose/index.ts";

/** The fingerprints of containers, by name. */
type Containers = Readonly<Record<string, Fingerprint | undefined>>;

/** The fingerprints of a Compose file: of the containers of each ECS service, and of the release services. */
export interface Fingerprints {
  readonly services: Readonly<Record<string, Readonly<Record<string, Fingerprint>>>>;
  readonly release: Readonly<Record<string, Fingerprint>>;
}

/** What `aws ecs describe-task-definition` prints, as far as it matters here. */
export interface Description {
  readonly taskDefinition: {
    readonly containerDefinitions: readonly {
      readonly name: string;
      readonly dockerLabels?: Readonly<Record<string, string>>;
    }[];
  };
}

/** The newest revisions of what the stack has: of each ECS service, and of each release service that ever had one. */
export interface Revisions {
  readonly services: Readonly<Record<string, Description>>;
  readonly release: Readonly<Record<string, Description>>;
}

/** What a commit's Compose file changes. */
export function changesOf(wanted: Fingerprints, running: Revisions): readonly string[] {
  const services = new Set([...Object.keys(wanted.services), ...Object.keys(running.services)]);
  const release = Object.entries(running.release).map(
    ([name, family]) => [name, fingerprintsOf(family)[name]] as const,
  );
  return [
    ...[...services].toSorted().flatMap((name) => changesOfService(name, wanted, running)),
    ...changedKeys(wanted.release, Object.fromEntries(release)),
  ];
}

function changesOfService(name: string, wanted: Fingerprints, running: Revisions): readonly string[] {
  const [containers, revision] = [wanted.services[name], running.services[name]];
  if (revision === undefined) return [`ECS service ${name}: added`];
  if (containers === undefined) return [`ECS service ${name}: removed`];
  return changedKeys(containers, fingerprintsOf(revision));
}

function fingerprintsOf({ taskDefinition }: Description): Containers {
  return Object.fromEntries(
    taskDefinition.containerDefinitions.map(({ name, dockerLabels }) => [name, parsed(dockerLabels?.[composeLabel])]),
  );
}

/** A label that somebody has edited by hand counts as none. */
function parsed(label: string | undefined): Fingerprint | undefined {
  try {
    const found: unknown = JSON.parse(label ?? "null");
    return typeof found === "object" && found !== null ? (found as Fingerprint) : undefined;
  } catch {
    return undefined;
  }
}
