import { changedKeys, composeLabel, type Fingerprint } from "../compose/index.ts";

/** The fingerprints of a Compose file: of the task's containers and of the release services, by name. */
export interface Fingerprints {
  readonly containers: Readonly<Record<string, Fingerprint>>;
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

/** What a commit's Compose file changes; `families` holds the revisions of the release services that have any. */
export function changesOf(
  wanted: Fingerprints,
  service: Description,
  families: Readonly<Record<string, Description>>,
): readonly string[] {
  const release = Object.entries(families).map(([name, family]) => [name, runningFingerprints(family)[name]] as const);
  return [
    ...changedKeys(wanted.containers, runningFingerprints(service)),
    ...changedKeys(wanted.release, Object.fromEntries(release)),
  ];
}

function runningFingerprints({ taskDefinition }: Description): Readonly<Record<string, Fingerprint | undefined>> {
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
