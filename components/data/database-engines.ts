/** What the program knows about a database engine: everything that differs between engines. */
export interface DatabaseEngine {
  /** Version that a new environment gets; RDS applies minor versions by itself. */
  readonly version: string;
  /** Pattern of a version. */
  readonly versionPattern: RegExp;
  readonly port: number;
  /** Whether it is Aurora: a cluster of serverless instances instead of one instance. */
  readonly aurora: boolean;
  /** Family of its parameter groups, without the version. */
  readonly family: string;
  /** The parameter that refuses connections without TLS. */
  readonly tls: { readonly name: string; readonly value: string };
  /** Scheme and query of its URL, as Rails reads them. */
  readonly url: { readonly scheme: string; readonly query: string };
}

const postgres = { versionPattern: /^\d+$/, port: 5432, tls: { name: "rds.force_ssl", value: "1" } };
const mysql = { versionPattern: /^\d+\.\d+$/, port: 3306 };
const [postgresUrl, mysqlUrl] = [
  // The connection is encrypted; the certificate is not verified, because images do not have RDS's certificate
  // authority.
  { scheme: "postgres", query: "sslmode=require" },
  { scheme: "mysql2", query: "ssl_mode=required" },
];

/** The engines, by RDS's names. */
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

/** Name of an engine that the program can create. */
export type DatabaseEngineName = keyof typeof databaseEngines;
