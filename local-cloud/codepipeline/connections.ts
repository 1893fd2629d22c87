import { randomUUID } from "node:crypto";
import { AwsError } from "../kit/service.ts";
import type { Grant, Input, LocalService, World } from "../kit/service.ts";

/** CodeConnections of the local cloud: connections, and the bare repositories that are used instead of a provider's. */
export interface Connections extends LocalService {
  /** Makes a PENDING connection AVAILABLE, as a person does in the console. */
  readonly finishHandshake: (connectionArn: string) => void;
  /** @default - no such connection */
  readonly statusOf: (connectionArn: string) => ConnectionStatus | undefined;
  /** GitHub, GitLab or Bitbucket. @default - no such connection */
  readonly providerOf: (connectionArn: string) => string | undefined;
  /** Makes a bare repository's folder the content of `owner/name`. */
  readonly mapRepository: (fullRepositoryId: string, folder: string) => void;
  readonly repositoryFolder: (fullRepositoryId: string) => string | undefined;
}

/** PENDING until a person has finished the handshake. */
export type ConnectionStatus = "PENDING" | "AVAILABLE";

interface Connection {
  readonly name: string;
  readonly providerType: string;
  readonly status: ConnectionStatus;
  readonly tags: Readonly<Record<string, string>>;
}

/** Connections, under both names of the service; new ARNs say `codeconnections`, as AWS's do since July 2024. */
export function connectionsService(world: World): Connections {
  const connections = new Map<string, Connection>();
  const repositories = new Map<string, string>();
  const known = (arn: unknown): Connection => {
    const connection = connections.get(String(arn));
    if (connection === undefined) {
      throw new AwsError("ResourceNotFoundException", `Connection ${String(arn)} not found`);
    }
    return connection;
  };
  const described = (arn: string, { name, providerType, status }: Connection): object => ({
    ConnectionName: name,
    ConnectionArn: arn,
    ProviderType: providerType,
    OwnerAccountId: world.accountId,
    ConnectionStatus: status,
  });

  return {
    targets: [
      "com.amazonaws.codestar.connections.CodeStar_connections_20191201",
      "CodeStar_connections_20191201",
      "com.amazonaws.codeconnections.CodeConnections_20231201",
      "CodeConnections_20231201",
    ],
    operations: {
      CreateConnection: (input) => {
        const arn = `arn:aws:codeconnections:${world.region}:${world.accountId}:connection/${randomUUID()}`;
        const { ConnectionName, ProviderType, Tags } = input;
        connections.set(arn, {
          name: String(ConnectionName),
          providerType: String(ProviderType),
          status: "PENDING",
          tags: tagsOf(Tags),
        });
        return Promise.resolve({ ConnectionArn: arn });
      },
      GetConnection: (input) =>
        Promise.resolve({ Connection: described(String(input["ConnectionArn"]), known(input["ConnectionArn"])) }),
      ListConnections: () =>
        Promise.resolve({ Connections: [...connections].map(([arn, connection]) => described(arn, connection)) }),
      DeleteConnection: (input) => {
        known(input["ConnectionArn"]);
        connections.delete(String(input["ConnectionArn"]));
        return Promise.resolve({});
      },
      TagResource: (input) => {
        const connection = known(input["ResourceArn"]);
        const tags = { ...connection.tags, ...tagsOf(input["Tags"]) };
        connections.set(String(input["ResourceArn"]), { ...connection, tags });
        return Promise.resolve({});
      },
      UntagResource: (input) => {
        const connection = known(input["ResourceArn"]);
        const gone = input["TagKeys"] as readonly string[];
        const tags = Object.fromEntries(Object.entries(connection.tags).filter(([key]) => !gone.includes(key)));
        connections.set(String(input["ResourceArn"]), { ...connection, tags });
        return Promise.resolve({});
      },
      ListTagsForResource: (input) =>
        Promise.resolve({
          Tags: Object.entries(known(input["ResourceArn"]).tags).map(([Key, Value]) => ({ Key, Value })),
        }),
    },
    grants: {
      CreateConnection: () => [{ action: "codeconnections:CreateConnection", resource: "*" }],
      GetConnection: (input) => [onConnection("GetConnection", input["ConnectionArn"])],
      ListConnections: () => [{ action: "codeconnections:ListConnections", resource: "*" }],
      DeleteConnection: (input) => [onConnection("DeleteConnection", input["ConnectionArn"])],
      TagResource: (input) => [onConnection("TagResource", input["ResourceArn"])],
      UntagResource: (input) => [onConnection("UntagResource", input["ResourceArn"])],
      ListTagsForResource: (input) => [onConnection("ListTagsForResource", input["ResourceArn"])],
    },
    finishHandshake: (arn) => {
      connections.set(arn, { ...known(arn), status: "AVAILABLE" });
    },
    statusOf: (arn) => connections.get(arn)?.status,
    providerOf: (arn) => connections.get(arn)?.providerType,
    mapRepository: (fullRepositoryId, folder) => {
      repositories.set(fullRepositoryId, folder);
    },
    repositoryFolder: (fullRepositoryId) => repositories.get(fullRepositoryId),
  };
}

/**
 * An action on a connection, with the prefix its ARN has: `codeconnections`, or `codestar-connections` for an older
 * one.
 */
export function onConnection(action: string, connectionArn: unknown): Grant {
  const resource = String(connectionArn);
  return { action: `${resource.split(":")[2] ?? "codeconnections"}:${action}`, resource };
}

function tagsOf(tags: unknown): Readonly<Record<string, string>> {
  const list = (tags ?? []) as readonly Input[];
  return Object.fromEntries(list.map(({ Key, Value }) => [String(Key), String(Value)]));
}
