import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { backupWindow, groupName, kept, madeOnce, versioned, type PlacedDatabaseArgs } from "./database-instance.ts";
import { databaseEngines } from "./database-engines.ts";

/**
 * Creates an Aurora cluster with one serverless instance, or two in different zones; returns the host name of its
 * writer.
 */
export function auroraCluster(
  name: string,
  args: PlacedDatabaseArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { names, plan, protect = false } = args;
  const { settings, url } = plan;
  const family = `${databaseEngines[settings.engine].family}${settings.version}`;
  const { tls } = databaseEngines[settings.engine];
  const parameters = new aws.rds.ClusterParameterGroup(
    name,
    { name: groupName(name, family), family, description: "Connections over TLS only", parameters: [tls] },
    { parent: opts.parent },
  );
  const cluster = new aws.rds.Cluster(
    name,
    {
      clusterIdentifier: names.database.identifier,
      engine: settings.engine,
      engineMode: "provisioned",
      ...versioned(args),
      serverlessv2ScalingConfiguration: { minCapacity: settings.capacity.least, maxCapacity: settings.capacity.most },
      storageEncrypted: true,
      databaseName: url.path,
      masterUsername: url.user,
      masterPassword: pulumi.secret(url.password),
      port: url.port,
      dbSubnetGroupName: args.subnetGroupName,
      vpcSecurityGroupIds: [args.securityGroupId],
      dbClusterParameterGroupName: parameters.name,
      preferredMaintenanceWindow: settings.maintenanceWindow,
      preferredBackupWindow: backupWindow(settings.maintenanceWindow),
      backupRetentionPeriod: settings.backupDays,
      ...kept(name, args),
    },
    { ...opts, protect, ...madeOnce },
  );
  const numbers = settings.multiAz ? [1, 2] : [1];
  const instances = numbers.map((number) => serverlessInstance(`${name}-${number}`, cluster, args, opts));
  // A cluster accepts connections when it has an instance.
  return pulumi.all([cluster.endpoint, pulumi.all(instances.map(({ arn }) => arn))]).apply(([host]) => host);
}

function serverlessInstance(
  name: string,
  cluster: aws.rds.Cluster,
  { plan: { settings }, protect = false, subnetGroupName }: PlacedDatabaseArgs,
  { parent }: pulumi.CustomResourceOptions,
): aws.rds.ClusterInstance {
  return new aws.rds.ClusterInstance(
    name,
    {
      clusterIdentifier: cluster.id,
      identifier: name,
      engine: settings.engine,
      instanceClass: "db.serverless",
      publiclyAccessible: false,
      dbSubnetGroupName: subnetGroupName,
      autoMinorVersionUpgrade: true,
      applyImmediately: settings.applyImmediately,
      preferredMaintenanceWindow: settings.maintenanceWindow,
      performanceInsightsEnabled: settings.performanceInsights,
    },
    { parent, protect, deleteBeforeReplace: true },
  );
}
