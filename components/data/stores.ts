import type * as pulumi from "@pulumi/pulumi";
import { Cache } from "./cache.ts";
import { Database } from "./database.ts";
import { FilesBucket, useFiles, type FilesBucketSettings } from "./files-bucket.ts";
import type { Names } from "../kit/names.ts";
import type { Network } from "../network/network.ts";
import type { ParameterStoreArgs } from "../application/parameter-store.ts";
import type { StorePlans } from "./store-plans.ts";
import type { Statement } from "../kit/statement.ts";

/** The stores that an environment will have. Plain data. */
export interface StoresPlan {
  readonly names: Names;
  readonly servers: StorePlans;
  readonly bucket: FilesBucketSettings | undefined;
  readonly protect: boolean;
}

/** A server in the network that tasks connect to. */
export interface Server {
  readonly name: string;
  readonly securityGroupId: pulumi.Output<string>;
  readonly port: number;
}

/** The stores of an environment's data, apart from its tasks. */
export interface Stores {
  readonly servers: readonly Server[];
  /** URL of each server, by the variable that will hold it. */
  readonly urls: Readonly<Record<string, pulumi.Output<string>>>;
  /** Statements of what the application may do with its files. */
  readonly statements: readonly Statement[];
}

/** Creates the configured stores: a database, a Redis or Valkey, a bucket, or none of them. */
export function storesFor(name: string, plan: StoresPlan, network: Network): Stores {
  const { names, bucket, protect } = plan;
  const { database, cache } = plan.servers;
  const found = [];
  if (database !== undefined) {
    const server = new Database(`${name}-database`, { names, network, protect, plan: database });
    found.push({ name: "database", variable: database.settings.variable, server });
  }
  if (cache !== undefined) {
    const server = new Cache(`${name}-cache`, { names, network, protect, plan: cache });
    found.push({ name: "cache", variable: cache.settings.variable, server });
  }
  if (bucket !== undefined) {
    new FilesBucket(`${name}-files`, { bucketName: names.filesBucket.name, settings: bucket, protect });
  }
  return {
    servers: found.map(({ name, server: { securityGroupId, port } }) => ({ name, securityGroupId, port })),
    urls: Object.fromEntries(found.map(({ variable, server }) => [variable, server.url])),
    statements: bucket === undefined ? [] : useFiles(names, bucket),
  };
}

/** The parameters of an environment, with the URLs added to its secrets. */
export function withUrls(parameters: ParameterStoreArgs, { urls }: Stores): ParameterStoreArgs {
  return { ...parameters, secrets: { ...parameters.secrets, ...urls } };
}
