import { expect } from "chai";
import { seen } from "../../support/cloud.ts";
import {
  password,
  makeDatabase,
  parent,
  group,
  subnets,
  keptPassword,
  around,
  cluster,
  clusterParameterGroup,
} from "./database-bench.ts";

describe("the database", () => {
  it("can be an Aurora cluster with one serverless instance, or two in different zones", async () => {
    await makeDatabase({ engine: "aurora-mysql", version: "8.0", multiAz: true, capacity: { least: 0, most: 2.5 } });
    const serverless = (number: number) => [
      "aws:rds/clusterInstance:ClusterInstance",
      `shop-staging-database-${number}`,
      {
        clusterIdentifier: "shop-staging",
        identifier: `shop-staging-database-${number}`,
        engine: "aurora-mysql",
        instanceClass: "db.serverless",
        publiclyAccessible: false,
        dbSubnetGroupName: "shop-staging-database",
        autoMinorVersionUpgrade: true,
        applyImmediately: false,
        preferredMaintenanceWindow: "sun:03:00-sun:04:00",
        performanceInsightsEnabled: false,
      },
      { parent },
    ];
    expect(seen()).to.deep.equal([
      group,
      [
        cluster,
        "shop-staging-database",
        {
          clusterIdentifier: "shop-staging",
          engine: "aurora-mysql",
          engineMode: "provisioned",
          engineVersion: "8.0",
          allowMajorVersionUpgrade: false,
          applyImmediately: false,
          serverlessv2ScalingConfiguration: { minCapacity: 0, maxCapacity: 2.5 },
          storageEncrypted: true,
          databaseName: "shop_staging",
          masterUsername: "app",
          masterPassword: password,
          port: 3306,
          dbSubnetGroupName: "shop-staging-database",
          vpcSecurityGroupIds: ["shop-staging-database-id"],
          dbClusterParameterGroupName: "shop-staging-database-aurora-mysql8-0",
          preferredMaintenanceWindow: "sun:03:00-sun:04:00",
          preferredBackupWindow: "02:00-03:00",
          backupRetentionPeriod: 7,
          copyTagsToSnapshot: true,
          deletionProtection: false,
          deleteAutomatedBackups: true,
          skipFinalSnapshot: false,
          finalSnapshotIdentifier: "shop-staging-database-final",
        },
        {
          parent,
          ignoreChanges: ["snapshotIdentifier"],
          additionalSecretOutputs: ["masterPassword", "masterPasswordWo"],
          secrets: ["masterPassword"],
        },
      ],
      serverless(1),
      serverless(2),
      [
        clusterParameterGroup,
        "shop-staging-database",
        {
          name: "shop-staging-database-aurora-mysql8-0",
          family: "aurora-mysql8.0",
          description: "Connections over TLS only",
          parameters: [{ name: "require_secure_transport", value: "ON" }],
        },
        { parent },
      ],
      subnets,
      keptPassword,
      ...around,
    ]);
  });
});
