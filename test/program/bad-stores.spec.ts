import { expect } from "chai";
import { refusalOf, settingsOf, type Change } from "../support/settings.ts";

const [postgres, aurora] = [{ databaseEngine: "postgres" }, { databaseEngine: "aurora-postgresql" }];
const window = "a weekly time in UTC of one to eight hours, as in sun:03:00-sun:04:00";

describe("the settings of a database, a cache and a bucket refuse", () => {
  const bad: readonly (readonly [title: string, change: Change, message: string])[] = [
    [
      "an unknown engine",
      { databaseEngine: "oracle" },
      'databaseEngine: "oracle" is not allowed; set none, postgres, mysql, aurora-postgresql or aurora-mysql',
    ],
    [
      "a size without a database",
      { databaseInstanceClass: "db.m8g.large" },
      'databaseInstanceClass: "db.m8g.large" is not allowed; set it only if databaseEngine is not none',
    ],
    [
      "an instance class with Aurora, which is serverless",
      { ...aurora, databaseInstanceClass: "db.r8g.large" },
      'databaseInstanceClass: "db.r8g.large" is not allowed; set it only if databaseEngine is postgres or mysql; aurora-postgresql is serverless',
    ],
    [
      "capacity units with an instance",
      { ...postgres, databaseMinCapacity: "1" },
      'databaseMinCapacity: "1" is not allowed; set it only if databaseEngine is aurora-postgresql or aurora-mysql; it is postgres',
    ],
    [
      "a version with its last part, which RDS updates itself",
      { ...postgres, databaseVersion: "17.4" },
      'databaseVersion: "17.4" is not allowed; set a version without its last part, as in 17',
    ],
    [
      "a version of another engine",
      { databaseEngine: "mysql", databaseVersion: "17" },
      'databaseVersion: "17" is not allowed; set a version without its last part, as in 8.4',
    ],
    [
      "a class that is not valid",
      { ...postgres, databaseInstanceClass: "t4g.micro" },
      'databaseInstanceClass: "t4g.micro" is not allowed; set a class of RDS, as in db.t4g.micro',
    ],
    [
      "less storage than RDS has",
      { ...postgres, databaseStorageGiB: "10" },
      'databaseStorageGiB: "10" is not allowed; set a whole number from 20 to 65536',
    ],
    [
      "storage that grows by less than a tenth",
      { ...postgres, databaseStorageGiB: "100", databaseMaxStorageGiB: "105" },
      "databaseMaxStorageGiB: 105 is not allowed; set 0, or at least 111: a tenth more than databaseStorageGiB",
    ],
    [
      "a third of a capacity unit",
      { ...aurora, databaseMinCapacity: "0.3" },
      'databaseMinCapacity: "0.3" is not allowed; set capacity units from 0 to 256, in steps of 0.5',
    ],
    [
      "a capacity that is not a number",
      { ...aurora, databaseMaxCapacity: "many" },
      'databaseMaxCapacity: "many" is not allowed; set capacity units from 1 to 256, in steps of 0.5',
    ],
    [
      "a maximum capacity below the minimum",
      { ...aurora, databaseMinCapacity: "8" },
      "databaseMaxCapacity: 4 is not allowed; set at least databaseMinCapacity, which is 8",
    ],
    [
      "no backups",
      { ...postgres, databaseBackupDays: "0" },
      'databaseBackupDays: "0" is not allowed; set a whole number from 1 to 35',
    ],
    [
      "a window without its days",
      { ...postgres, databaseMaintenanceWindow: "03:00-04:00" },
      `databaseMaintenanceWindow: "03:00-04:00" is not allowed; set ${window}`,
    ],
    [
      "a window of half an hour",
      { ...postgres, databaseMaintenanceWindow: "sun:23:45-mon:00:15" },
      `databaseMaintenanceWindow: "sun:23:45-mon:00:15" is not allowed; set ${window}`,
    ],
    [
      "a window that ends before it begins",
      { cacheEngine: "valkey", cacheMaintenanceWindow: "sun:04:00-sun:03:00" },
      `cacheMaintenanceWindow: "sun:04:00-sun:03:00" is not allowed; set ${window}`,
    ],
    [
      "a variable whose name is not valid",
      { ...postgres, databaseVariable: "DATABASE-URL" },
      'databaseVariable: "DATABASE-URL" is not allowed; set the name of a variable, as in DATABASE_URL',
    ],
    [
      "a variable that the build sets",
      { ...postgres, databaseVariable: "IMAGE_TAG" },
      'databaseVariable: "IMAGE_TAG" is not allowed; set another name: the build sets this one itself',
    ],
    [
      "a secret for the variable of a URL that `up` creates",
      { ...postgres, "secrets:DATABASE_URL": "postgres://" },
      'databaseVariable: "DATABASE_URL" is not allowed; set another variable, or remove it from secrets:DATABASE_URL: `up` sets its value',
    ],
    [
      "a setting and a plain variable for it",
      { ...postgres, "settings:DATABASE_URL": "postgres://", variables: '["DATABASE_URL=x"]' },
      'databaseVariable: "DATABASE_URL" is not allowed; set another variable, or remove it from variables and settings:DATABASE_URL: `up` sets its value',
    ],
    [
      "an existing parameter for it",
      { cacheEngine: "redis", parameters: '["REDIS_URL=/shared/redis"]' },
      'cacheVariable: "REDIS_URL" is not allowed; set another variable, or remove it from parameters: `up` sets its value',
    ],
    [
      "one variable for two servers",
      { ...postgres, cacheEngine: "valkey", cacheVariable: "DATABASE_URL" },
      'cacheVariable: "DATABASE_URL" is not allowed; set a variable other than that of databaseVariable',
    ],
    [
      "an unknown cache engine",
      { cacheEngine: "memcached" },
      'cacheEngine: "memcached" is not allowed; set none, valkey or redis',
    ],
    [
      "replicas without a cache",
      { cacheReplicas: "1" },
      'cacheReplicas: "1" is not allowed; set it only if cacheEngine is not none',
    ],
    [
      "a node type that is not valid",
      { cacheEngine: "valkey", cacheNodeType: "db.t4g.micro" },
      'cacheNodeType: "db.t4g.micro" is not allowed; set a node type of ElastiCache, as in cache.t4g.micro',
    ],
    [
      "more replicas than a shard has",
      { cacheEngine: "valkey", cacheReplicas: "6" },
      'cacheReplicas: "6" is not allowed; set a whole number from 0 to 5',
    ],
    ["a bucket's name instead of a flag", { bucket: "acme" }, 'bucket: "acme" is not allowed; set true or false'],
    [
      "origins without a bucket",
      { bucketCorsOrigins: '["https://shop.example"]' },
      'bucketCorsOrigins: ["https://shop.example"] is not allowed; set it only if bucket is true',
    ],
    [
      "a variable of the bucket that is also declared elsewhere",
      { bucket: "true", variables: '["S3_BUCKET=acme"]' },
      'bucketVariable: "S3_BUCKET" is not allowed; set another variable, or remove it from parameters and variables: `up` sets its value',
    ],
    [
      "a folder that a policy would read as a pattern",
      { bucket: "true", bucketPrefix: "uploads*/" },
      'bucketPrefix: "uploads*/" is not allowed; set a folder, as in uploads/',
    ],
    [
      "an origin with a path",
      { bucket: "true", bucketCorsOrigins: '["https://shop.example/"]' },
      'bucketCorsOrigins: "https://shop.example/" is not allowed; set origins without a path, as in https://shop.example',
    ],
    [
      "a wildcard origin",
      { bucket: "true", bucketCorsOrigins: '["*"]' },
      'bucketCorsOrigins: "*" is not allowed; set origins without a path, as in https://shop.example',
    ],
    [
      "an origin that is listed twice",
      { bucket: "true", bucketCorsOrigins: '["https://a.example","https://a.example"]' },
      'bucketCorsOrigins: "https://a.example" is not allowed; set each origin once',
    ],
  ];
  for (const [title, change, message] of bad) {
    it(title, async () => {
      expect(await refusalOf(change)).to.equal(`Pulumi.staging.yaml: ${message}`);
    });
  }

  it("nothing that is valid", async () => {
    const { stores, parameters } = await settingsOf({
      ...aurora,
      databaseMinCapacity: "0",
      databaseMaxCapacity: "2.5",
      databaseVersion: "16",
      databaseVariable: "PRIMARY_URL",
      databaseMaintenanceWindow: "sun:23:00-mon:01:00",
      databaseSnapshot: "kept",
      cacheEngine: "redis",
      cacheVariable: "QUEUE_URL",
      cacheReplicas: "1",
      cacheSnapshotDays: "3",
      bucket: "true",
      bucketPrefix: "up/loads/",
      bucketVersionDays: "0",
      bucketCorsOrigins: '["http://localhost:3000"]',
    });
    expect({ ...stores, parameterNames: parameters.names }).to.deep.equal({
      database: {
        engine: "aurora-postgresql",
        version: "16",
        mayUpgrade: true,
        applyImmediately: false,
        variable: "PRIMARY_URL",
        instanceClass: "db.t4g.micro",
        storageGiB: 20,
        maxStorageGiB: 100,
        capacity: { least: 0, most: 2.5 },
        multiAz: false,
        backupDays: 7,
        maintenanceWindow: "sun:23:00-mon:01:00",
        performanceInsights: false,
        finalSnapshot: true,
        snapshot: "kept",
      },
      cache: {
        engine: "redis",
        variable: "QUEUE_URL",
        nodeType: "cache.t4g.micro",
        replicas: 1,
        snapshotDays: 3,
        maintenanceWindow: "sun:04:00-sun:05:00",
      },
      bucket: {
        variable: "S3_BUCKET",
        prefix: "up/loads/",
        versionDays: 0,
        corsOrigins: ["http://localhost:3000"],
      },
      parameterNames: {
        DATABASE_URL: "/shop/staging/DATABASE_URL",
        SECRET_KEY_BASE: "/shop/staging/SECRET_KEY_BASE",
        PRIMARY_URL: "/shop/staging/PRIMARY_URL",
        QUEUE_URL: "/shop/staging/QUEUE_URL",
      },
    });
  });
});
