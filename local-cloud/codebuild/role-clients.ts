import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { S3Client } from "@aws-sdk/client-s3";
import type { Credentials, World } from "../kit/service.ts";

/**
 * Clients for the calls that CodeBuild makes for a build, with the role's credentials: a permission that the role lacks
 * fails the build.
 */
export interface RoleClients {
  readonly s3: S3Client;
  readonly logs: CloudWatchLogsClient;
  close(): void;
}

/** Clients of the local cloud's endpoint for one role. */
export function roleClients(world: World, credentials: Credentials): RoleClients {
  const config = { endpoint: world.endpointUrl, region: world.region, credentials, maxAttempts: 2 };
  const clients = {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    logs: new CloudWatchLogsClient(config),
  };
  return {
    ...clients,
    close: () => {
      Object.values(clients).forEach((client) => {
        client.destroy();
      });
    },
  };
}
