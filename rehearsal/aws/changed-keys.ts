import type { Key } from "../../settings/table.ts";
import { ownNetwork } from "../kit/own-network.ts";

/** The keys that are left out, with what the rehearsal has instead. */
export const leftOutKeys: Readonly<Partial<Record<string, string>>> = {
  domain: "it serves by HTTP at the load balancer's own name",
  ...ownNetwork,
  sourceProvider: "the code comes from a zip in S3, which needs no handshake",
  sourceRepository: "the code comes from a zip in S3",
  sourceBucket: "it gets its own bucket",
  sourceKey: "it gets its own zip",
  sourceImageTag: "its images are built",
  branch: "each commit of the rehearsal is released",
  branches: "each commit of the rehearsal is released",
  tags: "each commit of the rehearsal is released",
  filePaths: "each commit of the rehearsal is released",
  connectionArn: "the code comes from a zip in S3",
  promoteFrom: "its images are built",
  artifactKmsKeyArn: "S3's own keys encrypt the artifacts",
  parameterKmsKeyArns: "Parameter Store's own key encrypts the parameters",
  databaseSnapshot: "the database begins empty",
  databaseInstanceClass: "it is the smallest",
  databaseStorageGiB: "it is the smallest",
  databaseMaxStorageGiB: "it does not grow during a rehearsal",
  databaseMultiAz: "it is in one zone",
  databasePerformanceInsights: "no one looks at it",
  databaseMinCapacity: "it is the smallest",
  databaseMaxCapacity: "it is the smallest",
  cacheNodeType: "it is the smallest",
  cacheReplicas: "it is one node",
  cacheSnapshotDays: "it leaves no snapshots",
  schedule: "the number of tasks does not change by the clock",
  scheduleTimeZone: "there is no schedule",
  maximumCount: "it does not scale",
  cpuPercent: "it does not scale",
  memoryPercent: "it does not scale",
  requestsPerTarget: "it does not scale",
  taskCpu: "the task is the smallest that holds the Compose file's limits",
  taskMemoryMiB: "the task is the smallest that holds the Compose file's limits",
  deploymentWindow: "a run may enter Release at any time",
  deploymentWindowTimeZone: "there is no window",
  natGateways: "it has none, and tasks have public addresses",
  vpcEndpoints: "it has none",
  flowLogs: "connections are not logged",
  accessLogs: "requests are not logged",
  dashboard: "it has none",
  notificationEmails: "no one gets an e-mail",
  protect: "the rehearsal deletes everything at its end",
} satisfies Partial<Record<Key, string>>;

/** A key that gets another value. */
interface ChangedKey {
  readonly name: Key;
  readonly value: unknown;
  /** @default - no one has to know */
  readonly why?: string;
}

/** The keys that get another value. */
export const changedKeys = (app: string): readonly ChangedKey[] => [
  { name: "app", value: app, why: "names must be short" },
  { name: "desiredCount", value: 1, why: "one task is enough" },
  { name: "containerInsights", value: "disabled", why: "it costs extra" },
];
