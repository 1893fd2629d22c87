/** What is known of an image that somebody else makes. */
export interface KnownImage {
  /** A server that `up` can create; the setting and its value. */
  readonly managed?: Managed;
  /** What it is for, if it is a tool for people or for one machine; it does not run on ECS. */
  readonly tool?: string;
  /** The port at which its server listens. */
  readonly port?: number;
}

/** A database or cache that `up` creates instead of a container. */
export interface Managed {
  readonly kind: "database" | "cache";
  readonly engine: "postgres" | "mysql" | "redis" | "valkey";
}

/** What is known of an image by its reference, as in `docker.io/library/postgres:16-alpine`. */
export function knownImage(reference: string): KnownImage {
  const withoutDefaults = reference.replace(/\$\{[^}]*?:?-([^{}]*)\}/g, "$1");
  const name = withoutDefaults.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const last = name.split("/").at(-1) ?? "";
  for (const [pattern, known] of images) if (pattern.test(last) || pattern.test(name)) return known;
  return {};
}

const database = (engine: "postgres" | "mysql", port: number): KnownImage => ({
  managed: { kind: "database", engine },
  port,
});
const cache = (engine: "redis" | "valkey"): KnownImage => ({ managed: { kind: "cache", engine }, port: 6379 });
const tool = (what: string): KnownImage => ({ tool: what });
const browser = tool("a browser for tests");
const catcher = tool("it catches e-mail on one machine");
const admin = tool("people look into a database with it");
const machine = tool("it controls Docker on one machine");
const entrance = tool("the load balancer does what it does");

const images: readonly (readonly [RegExp, KnownImage])[] = [
  [/^(postgres|postgresql|postgis|pgvector)$/, database("postgres", 5432)],
  [/^(mysql|mysql-server|mariadb)$/, database("mysql", 3306)],
  [/^redis$/, cache("redis")],
  [/^valkey$/, cache("valkey")],
  [/^(adminer|phpmyadmin|pgadmin4|redis-commander|redisinsight|mongo-express|pgweb|cloudbeaver|dpage\/.*)$/, admin],
  [/^(mailhog|mailpit|mailcatcher|maildev|fake-smtp-server|inbucket|papercut|greenmail.*)$/, catcher],
  [/^selenium|^standalone-(chrome|firefox|edge)|^(chrome|playwright|cypress|browserless)$/, browser],
  [
    /^(localstack|localstack-pro|moto|azurite|dynamodb-local|stripe-cli|stripe-mock|wiremock)$/,
    tool("it stands for a service of a cloud on one machine"),
  ],
  [
    /^(watchtower|portainer|portainer-ce|dozzle|cadvisor|node-exporter|docker-socket-proxy|ouroboros|autoheal)$/,
    machine,
  ],
  [
    /^(traefik|nginx-proxy|nginx-proxy-manager|letsencrypt-nginx-proxy-companion|acme-companion|certbot|docker-letsencrypt.*)$/,
    entrance,
  ],
  [/^ngrok$/, tool("it makes one machine reachable from outside")],
  [/^(mongo|mongodb|mongodb-community-server)$/, { port: 27017 }],
  [/^rabbitmq$/, { port: 5672 }],
  [/^memcached$/, { port: 11211 }],
  [/^(elasticsearch|opensearch)$/, { port: 9200 }],
  [/^(kibana|opensearch-dashboards)$/, { port: 5601 }],
  [/^minio$/, { port: 9000 }],
  [/^(kafka|cp-kafka)$/, { port: 9092 }],
  [/^(zookeeper|cp-zookeeper)$/, { port: 2181 }],
  [/^(clickhouse-server|clickhouse)$/, { port: 8123 }],
  [/^(meilisearch)$/, { port: 7700 }],
  [/^(typesense)$/, { port: 8108 }],
  [/^(nats)$/, { port: 4222 }],
  [/^(influxdb)$/, { port: 8086 }],
  [/^(prometheus)$/, { port: 9090 }],
  [/^(grafana|grafana-oss)$/, { port: 3000 }],
  [/^(keycloak)$/, { port: 8080 }],
  [/^(cassandra|scylla)$/, { port: 9042 }],
  [/^(neo4j)$/, { port: 7687 }],
  [/^(qdrant)$/, { port: 6333 }],
  [/^(beanstalkd)$/, { port: 11300 }],
  [/^(timescaledb|timescaledb-ha)$/, { port: 5432 }],
  [/^(mssql\/server|azure-sql-edge)$/, { port: 1433 }],
];
