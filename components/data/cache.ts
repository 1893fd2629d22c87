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

/** The environment's own Redis or Valkey: encrypted, reached only over TLS, with a token, and by what its security group lets in. */
export class Cache extends pulumi.ComponentResource {
  /** The URL with which containers connect to it. It includes the token and is a secret. */
  readonly url: pulumi.Output<string>;
  /** Its security group, which lets nothing in until a rule is added. */
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
      // Subnets in use cannot be removed from a group: the cache stays where it was created.
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

  /**
   * Creates one shard, because most clients do not support cluster mode, and the configured number of replicas in other
   * zones.
   */
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
        // Both tokens are valid while tasks with the old one still run.
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
