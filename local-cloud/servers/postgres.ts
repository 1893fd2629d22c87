import { fileURLToPath } from "node:url";
import { docker, hasImage, labelArguments } from "../kit/docker.ts";
import type { ServerPlace } from "./server-place.ts";

/** The local cloud's PostgreSQL, built from debian:bookworm-slim. */
export const postgresImage = "compose-ecs-pipeline/postgres:15";

/** Builds the PostgreSQL image; Docker's cache makes that quick when nothing has changed. */
export async function buildPostgres(log: (line: string) => void): Promise<void> {
  if (!(await hasImage(postgresImage))) log(`building ${postgresImage}`);
  await docker(["build", "--quiet", "--tag", postgresImage, fileURLToPath(new URL("postgres", import.meta.url))]);
}

/** A running PostgreSQL. */
export interface Postgres {
  /** The container's identifier. */
  readonly container: string;
  /** URL of a database of that name, for containers in the network; the user may create it. */
  readonly url: (database: string) => string;
}

/** Where a PostgreSQL runs and who may log in. */
export interface StartPostgresArgs extends ServerPlace {
  /** Password of the user; generated at run time. */
  readonly password: string;
  /** The user that it starts with. @default postgres */
  readonly user?: string;
  /** The database that it starts with. @default - the user's name */
  readonly database?: string;
  /** Whether it accepts connections over TLS only. @default - false */
  readonly forceTls?: boolean;
}

/** Starts a PostgreSQL and waits until it answers; removing the container with its volumes removes all of it. */
export async function startPostgres(args: StartPostgresArgs): Promise<Postgres> {
  const { network, alias, password, user = "postgres", database = user, forceTls = false } = args;
  const container = await docker(
    // Only the name is on the command line: the value comes from the environment, which no process list shows.
    ["run", "--detach", "--network", network, "--network-alias", alias, ...labelArguments(args.labels)].concat(
      ["--env", "POSTGRES_PASSWORD", "--env", `POSTGRES_USER=${user}`, "--env", `POSTGRES_DB=${database}`],
      [...(forceTls ? ["--env", "POSTGRES_FORCE_TLS=1"] : []), postgresImage],
      // The data is thrown away anyway, so a crash of the machine may lose it.
      ["postgres", "-c", "fsync=off", "-c", "full_page_writes=off"],
    ),
    { env: { POSTGRES_PASSWORD: password } },
  );
  await untilAnswering(container);
  return {
    container,
    url: (name) => `postgres://${user}:${encodeURIComponent(password)}@${alias}:5432/${name}`,
  };
}

/** Gives a user of a running PostgreSQL another password. */
export async function changePassword(container: string, user: string, password: string): Promise<void> {
  // From standard input, which no process list shows.
  const input = `ALTER ROLE "${user.replaceAll('"', '""')}" PASSWORD '${password.replaceAll("'", "''")}'\n`;
  await docker(["exec", "--interactive", container, "psql", "--quiet", `--username=${user}`, "postgres"], { input });
}

async function untilAnswering(container: string): Promise<void> {
  // A shell in the container asks again and again: one docker command instead of dozens.
  const wait = "for i in $(seq 300); do pg_isready --quiet --host=127.0.0.1 && exit 0; sleep 0.1; done; exit 1";
  try {
    await docker(["exec", container, "bash", "-c", wait]);
  } catch {
    const log = await docker(["logs", "--tail", "20", container]).catch(String);
    throw new Error(`${postgresImage}: does not answer after 30 s; its log ends with\n${log}`);
  }
}
