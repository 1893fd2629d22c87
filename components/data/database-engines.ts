/** What the program knows of a database engine: all that differs from one to another. */
export interface DatabaseEngine {
  /** Version that a new environment gets; RDS applies minor ones by itself. */
  readonly version: string;
  /** What a version looks like. */
  readonly versionPattern: RegExp;
  readonly port: number;
  /** Whether it is Aurora: a cluster of serverless instances instead of one instance. */
  readonly aurora: boolean;
  /** Family of parameter groups, without the version. */
  readonly family: string;
  /** The parameter that refuses connections without TLS. */
  readonly tls: { readonly name: string; readonly value: string };
  /** What stands before and behind the address in its URL, as Rails reads it. */
  readonly url: { readonly scheme: string; readonly query: string };
}

const postgres = { versionPattern: /^\d+$/, port: 5432, tls: { name: "rds.force_ssl", value: "1" } };
const mysql = { versionPattern: /^\d+\.\d+$/, port: 3306 };
const [postgresUrl, mysqlUrl] = [
  // The connection is encrypted; the certificate is not asked for, since images know nothing of RDS's authority.
  { scheme: "postgres", query: "sslmode=require" },
  { scheme: "mysql2", query: "ssl_mode=required" },
];

/** The engines, under the names that RDS has for them. */
export const databaseEngines = {
  postgres: { ...postgres, version: "17", aurora: false, family: "postgres", url: postgresUrl },
  mysql: {
    ...mysql,
    version: "8.4",
    aurora: false,
    family: "mysql",
    tls: { name: "require_secure_transport", value: "1" },
    url: mysqlUrl,
  },
  "aurora-postgresql": { ...postgres, version: "17", aurora: true, family: "aurora-postgresql", url: postgresUrl },
  "aurora-mysql": {
    ...mysql,
    version: "8.0",
    aurora: true,
    family: "aurora-mysql",
    tls: { name: "require_secure_transport", value: "ON" },
    url: mysqlUrl,
  },
} as const satisfies Record<string, DatabaseEngine>;

/** Name of an engine that the program makes. */
export type DatabaseEngineName = keyof typeof databaseEngines;
