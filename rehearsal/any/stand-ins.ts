import { ownNetwork } from "../kit/own-network.ts";

/** Configuration of a stack by key with namespace. */
export type Keys = Readonly<Record<string, unknown>>;

/** A stack's configuration as it can be rehearsed, and what differs from the real one. */
export interface StandIn {
  readonly configured: Keys;
  /** One line for each difference: the key, its value, and what the rehearsal has instead. */
  readonly notes: readonly string[];
}

/** What a stack's configuration is rehearsed with. */
export interface StandInArgs {
  /** Name of the project, with which its keys begin. */
  readonly project: string;
  /** What the project's file and the stack's set, without defaults. */
  readonly configured: Keys;
  /** Processor of this machine, as in `architecture`. */
  readonly architecture: "x86_64" | "arm64";
  /** Name of the repository for a stack that has its code elsewhere. */
  readonly repository: string;
}

/** Replaces or leaves out the keys that cannot be rehearsed on one machine. */
export function standIn({ project, configured, architecture, repository }: StandInArgs): StandIn {
  const key = (name: string) => `${project}:${name}`;
  const changes = [
    ...leftOut(configured, key),
    ...otherSource(configured, key, repository),
    ...otherDatabase(configured, key),
    ...ofMachine(configured, key, architecture),
    ...ofAccount(configured),
    ...encrypted(configured),
  ];
  const without = Object.fromEntries(changes.map(({ key, value }) => [key, value]));
  const all = { ...configured, ...without, [key("pollSeconds")]: 1 };
  return {
    configured: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    notes: changes.flatMap(({ note }) => note ?? []),
  };
}

/** A key that gets another value; undefined removes it. */
interface Instead {
  readonly key: string;
  readonly value?: unknown;
  readonly note?: string;
}

type KeyOf = (name: string) => string;

/** The keys that are left out, with what the rehearsal has instead. */
const without: Readonly<Record<string, string>> = {
  domain: "it serves by HTTP at an address of this machine",
  ...ownNetwork,
  connectionArn: "it gets its own connection",
  branches: "pushes to one branch start its releases",
  tags: "pushes to one branch start its releases",
  filePaths: "a push starts a release, whatever it changes",
  promoteFrom: "its images are built here",
  artifactKmsKeyArn: "S3's own keys encrypt the artifacts",
  parameterKmsKeyArns: "Parameter Store's own key encrypts the parameters",
  databaseSnapshot: "the database begins empty",
  schedule: "the number of tasks does not change by the clock",
  deploymentWindow: "a run may enter Release at any time",
  protect: "the rehearsal deletes everything at its end",
};

function leftOut(configured: Keys, key: KeyOf): readonly Instead[] {
  return Object.entries(without).flatMap(([name, instead]) => {
    const value = configured[key(name)];
    return isSet(value) ? [{ key: key(name), note: `${name}: ${shown(value)} is left out; ${instead}` }] : [];
  });
}

/** A stack whose code is not behind a connection gets one: a push is what the rehearsal begins with. */
function otherSource(configured: Keys, key: KeyOf, repository: string): readonly Instead[] {
  const provider = configured[key("sourceProvider")];
  if (provider !== "CodeCommit" && provider !== "S3" && provider !== "ECR")
    return isSet(configured[key("sourceRepository")]) ? [] : [{ key: key("sourceRepository"), value: repository }];
  const images = provider === "ECR" ? ", and its images are built from it" : "";
  return [
    {
      key: key("sourceProvider"),
      note: `sourceProvider: ${provider} is replaced by a Git repository behind a connection${images}`,
    },
    { key: key("sourceRepository"), value: repository },
    ...["sourceBucket", "sourceKey", "sourceImageTag"].map((name) => ({ key: key(name) })),
  ];
}

/** The local cloud has no MySQL. */
function otherDatabase(configured: Keys, key: KeyOf): readonly Instead[] {
  const engine = configured[key("databaseEngine")];
  if (typeof engine !== "string" || !engine.includes("mysql")) return [];
  const given = configured[key("databaseVariable")];
  const variable = typeof given === "string" ? given : "DATABASE_URL";
  const declared = listOf(configured[key("parameters")]);
  return [
    {
      key: key("databaseEngine"),
      note: `databaseEngine: ${engine} is left out, since the local cloud has only PostgreSQL; ${variable} needs a value`,
    },
    { key: key("parameters"), value: [...declared, variable] },
  ];
}

function ofMachine(configured: Keys, key: KeyOf, architecture: StandInArgs["architecture"]): readonly Instead[] {
  const url = configured[key("smokeTestUrl")];
  const wanted = configured[key("architecture")] ?? "x86_64";
  return [
    ...(typeof url === "string" && URL.canParse(url)
      ? [
          {
            key: key("smokeTestUrl"),
            value: new URL(url).pathname + new URL(url).search,
            note: `smokeTestUrl: of ${url}, only the path is asked, at the load balancer of this machine`,
          },
        ]
      : []),
    ...(wanted === architecture
      ? []
      : [
          {
            key: key("architecture"),
            value: architecture,
            note: `architecture: ${shown(wanted)} is replaced by ${architecture}, this machine's`,
          },
        ]),
  ];
}

/** What says to the AWS provider which account it works in, and how. */
function ofAccount(configured: Keys): readonly Instead[] {
  return Object.keys(configured)
    .filter((key) => key.startsWith("aws:") && !/^aws:(region|defaultTags)/.test(key))
    .map((key) => ({ key, note: `${key} is left out: no AWS account is used` }));
}

/** Values that only the stack's own key decrypts; those of `secrets:` are given in another way. */
function encrypted(configured: Keys): readonly Instead[] {
  return Object.entries(configured)
    .filter(([key, value]) => isEncrypted(value) && !key.startsWith("secrets:"))
    .map(([key]) => ({
      key,
      note: `${key} is left out: its value is encrypted with a key that the rehearsal does not use`,
    }));
}

/** Whether a value is encrypted, as Pulumi writes it. */
const isEncrypted = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== "" && value !== false && value !== "false";
}

/** A list as the stack's file has it: as YAML, or as `pulumi config set` writes it, in JSON. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  return typeof value === "string" && value.startsWith("[") ? (JSON.parse(value) as readonly unknown[]) : [];
}

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
