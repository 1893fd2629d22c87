import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../kit/names.ts";
import type { Network } from "../network/network.ts";
import { securityGroup } from "../kit/security-group.ts";
import { storeUrl } from "./store-url.ts";
import { type StorePlan, type CacheSettings, cacheEngines } from "./store-settings.ts";

export interface CacheArgs {
  readonly names: Names;
  readonly network: Network;
  readonly plan: StorePlan<CacheSettings>;
  /** Whether Pulumi protects it from deletion. @default - false */
  readonly protect?: boolean;
}

/** A Redis or Valkey of the environment's own: encrypted, over TLS with a token only, reached by whom the group lets in. */
export class Cache extends pulumi.ComponentResource {
  /** The URL by which containers reach it, token included: a secret. */
  readonly url: pulumi.Output<string>;
  /** Lets in nothing until a rule says so. */
  readonly securityGroupId: pulumi.Output<string>;
  readonly port: number;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:Cache", name, {}, opts);
    const { names, network, plan } = args;
    const own = { parent: this };
    const token = new aws.ssm.Parameter(
      `${name}-token`,
      { name: names.cache.token, type: "SecureString", value: pulumi.secret(plan.url.password) },
      own,
    );
    const group = securityGroup(name, { vpcId: network.vpcId, description: "cache: in from the tasks only" }, own);
    const subnets = new aws.elasticache.SubnetGroup(
      name,
      { name, description: `Where the cache of ${names.prefix} is`, subnetIds: network.taskSubnetIds },
      // A group whose subnets are in use gives none of them back: the cache stays where it was made.
      { ...own, ignoreChanges: ["subnetIds"] },
    );
    const nodes = this.replicationGroup(name, args, {
      subnetGroupName: subnets.name,
      securityGroupId: group.id,
      token,
    });
    this.url = pulumi.secret(nodes.primaryEndpointAddress.apply((host) => storeUrl(plan.url, host)));
    this.securityGroupId = group.id;
    this.port = plan.url.port;
    this.registerOutputs({});
  }

  /** One shard, since most clients know no cluster; with replicas in other zones where that is asked for. */
  private replicationGroup(name: string, { names, plan, protect = false }: CacheArgs, parts: CacheParts) {
    const { settings, url } = plan;
    const several = settings.replicas > 0;
    return new aws.elasticache.ReplicationGroup(
      name,
      {
        replicationGroupId: names.cache.identifier,
        description: `Cache of ${names.prefix}`,
        engine: settings.engine,
        engineVersion: cacheEngines[settings.engine].version,
        autoMinorVersionUpgrade: true,
        nodeType: settings.nodeType,
        numCacheClusters: settings.replicas + 1,
        automaticFailoverEnabled: several,
        multiAzEnabled: several,
        port: url.port,
        subnetGroupName: parts.subnetGroupName,
        securityGroupIds: [parts.securityGroupId],
        atRestEncryptionEnabled: true,
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        authToken: pulumi.secret(url.password),
        // Both tokens hold while tasks with the old one still run.
        authTokenUpdateStrategy: "ROTATE",
        maintenanceWindow: settings.maintenanceWindow,
        snapshotRetentionLimit: settings.snapshotDays,
      },
      { parent: this, protect, dependsOn: [parts.token], deleteBeforeReplace: true },
    );
  }
}

interface CacheParts {
  readonly subnetGroupName: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly token: pulumi.Resource;
}
