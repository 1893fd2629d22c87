import { expect } from "chai";
import { cloud, only, seen, valueOf } from "../../support/cloud.ts";
import { production } from "../../support/names.ts";
import {
  password,
  makeDatabase,
  parent,
  group,
  subnets,
  keptPassword,
  around,
  instance,
  cluster,
  parameterGroup,
  clusterParameterGroup,
} from "./database-bench.ts";

describe("the database", () => {
  it("is one encrypted instance without a public address, reached only over TLS, whose security group lets nothing in", async () => {
    await makeDatabase({});
    expect(seen()).to.deep.equal([
      group,
      [
        instance,
        "shop-staging-database",
        {
          identifier: "shop-staging",
          engine: "postgres",
          engineVersion: "17",
          allowMajorVersionUpgrade: false,
          applyImmediately: false,
          autoMinorVersionUpgrade: true,
          instanceClass: "db.t4g.micro",
          multiAz: false,
          storageType: "gp3",
          storageEncrypted: true,
          allocatedStorage: 20,
          maxAllocatedStorage: 100,
          dbName: "shop_staging",
          username: "app",
          password,
          port: 5432,
          publiclyAccessible: false,
          dbSubnetGroupName: "shop-staging-database",
          vpcSecurityGroupIds: ["shop-staging-database-id"],
          parameterGroupName: "shop-staging-database-postgres17",
          performanceInsightsEnabled: false,
          maintenanceWindow: "sun:03:00-sun:04:00",
          backupWindow: "02:00-03:00",
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
          additionalSecretOutputs: ["password", "passwordWo"],
          secrets: ["password"],
        },
      ],
      [
        parameterGroup,
        "shop-staging-database",
        {
          name: "shop-staging-database-postgres17",
          family: "postgres17",
          description: "Connections over TLS only",
          parameters: [{ name: "rds.force_ssl", value: "1" }],
        },
        { parent },
      ],
      subnets,
      keptPassword,
      ...around,
    ]);
  });

  for (const [engine, version, type, parameters, url] of [
    [
      "postgres",
      "17",
      parameterGroup,
      { name: "rds.force_ssl", value: "1" },
      ["postgres:", "5432", "?sslmode=require"],
    ],
    [
      "mysql",
      "8.4",
      parameterGroup,
      { name: "require_secure_transport", value: "1" },
      ["mysql2:", "3306", "?ssl_mode=required"],
    ],
    [
      "aurora-postgresql",
      "17",
      clusterParameterGroup,
      { name: "rds.force_ssl", value: "1" },
      ["postgres:", "5432", "?sslmode=require"],
    ],
    [
      "aurora-mysql",
      "8.0",
      clusterParameterGroup,
      { name: "require_secure_transport", value: "ON" },
      ["mysql2:", "3306", "?ssl_mode=required"],
    ],
  ] as const) {
    it(`asks for TLS in the parameters of ${engine} and in its URL, which is secret`, async () => {
      const database = await makeDatabase({ engine, version });
      const { family, parameters: asked } = only(type).inputs;
      expect([family, asked]).to.deep.equal([`${engine}${version}`, [parameters]]);
      const made = new URL(await valueOf(database.url));
      const { protocol, port, search, username, hostname, pathname } = made;
      const of = engine.startsWith("aurora") ? "cluster-" : "";
      expect([protocol, port, search]).to.deep.equal(url);
      expect([username, made.password === password, hostname, pathname]).to.deep.equal([
        "app",
        true,
        `shop-staging.${of}c0ffee.us-east-1.rds.amazonaws.com`,
        "/shop_staging",
      ]);
      expect([await (database.url as unknown as { isSecret: Promise<boolean> }).isSecret, database.port]).to.deep.equal(
        [true, Number(url[1])],
      );
    });
  }

  it("on production is protected by Pulumi and by RDS, and its backups outlive it", async () => {
    for (const [engine, type] of [
      ["postgres", instance],
      ["aurora-postgresql", cluster],
    ] as const) {
      await makeDatabase({ engine }, production);
      const { inputs, options } = only(type);
      const { deletionProtection, deleteAutomatedBackups, skipFinalSnapshot, finalSnapshotIdentifier } = inputs;
      expect([deletionProtection, deleteAutomatedBackups, skipFinalSnapshot, finalSnapshotIdentifier]).to.deep.equal([
        true,
        false,
        false,
        "shop-production-database-final",
      ]);
      expect(options.protect).to.equal(true);
    }
  });

  it("follows its settings: size, standby, backups, window, insights, upgrades, and neither growth nor a final snapshot", async () => {
    await makeDatabase({
      version: "18",
      mayUpgrade: true,
      applyImmediately: true,
      instanceClass: "db.m8g.large",
      storageGiB: 200,
      maxStorageGiB: 0,
      multiAz: true,
      backupDays: 35,
      maintenanceWindow: "mon:00:30-mon:02:00",
      performanceInsights: true,
      finalSnapshot: false,
      snapshot: "rds:shop-staging-2026-11-01",
    });
    const { inputs, dependencies } = only(instance);
    const changed = Object.entries(inputs).filter(
      ([key]) => !/^(db|vpc|identifier|user|password|port|engine$|publicly|storage|autoMinor|copyTags|delet)/.test(key),
    );
    expect(Object.fromEntries(changed)).to.deep.equal({
      allocatedStorage: 200,
      allowMajorVersionUpgrade: true,
      applyImmediately: true,
      backupRetentionPeriod: 35,
      backupWindow: "23:30-00:30",
      engineVersion: "18",
      instanceClass: "db.m8g.large",
      maintenanceWindow: "mon:00:30-mon:02:00",
      multiAz: true,
      parameterGroupName: "shop-staging-database-postgres18",
      performanceInsightsEnabled: true,
      skipFinalSnapshot: true,
      snapshotIdentifier: "rds:shop-staging-2026-11-01",
    });
    expect(dependencies).to.include("Parameter shop-staging-database-password");
  });

  it("never shows its password: every value that holds it is secret", async () => {
    for (const engine of ["mysql", "aurora-postgresql"] as const) {
      await makeDatabase({ engine });
      const holding = cloud.flatMap(({ type, inputs, secrets }) =>
        Object.entries(inputs)
          .filter(([, value]) => JSON.stringify(value).includes(password))
          .map(([key]) => [type.split(":").at(-1), key, secrets.includes(key)]),
      );
      expect(holding).to.deep.equal([
        engine === "mysql" ? ["Instance", "password", true] : ["Cluster", "masterPassword", true],
        ["Parameter", "value", true],
      ]);
    }
  });
});
