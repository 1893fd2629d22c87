import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { filesImage } from "../compose/index.ts";
import { docker, DockerError, labelArguments } from "./docker.ts";

/** Every image of the example and the rehearsal starts from it; where no registry can be reached it is made here. */
const baseImage = "debian:bookworm-slim";

/** The rehearsal's PostgreSQL, built from the base image. */
const postgresImage = "compose-ecs-pipeline/postgres:15";

const suite = "bookworm";
const folder = fileURLToPath(new URL("images", import.meta.url));

/** What the rehearsal's images need: where to say what is being done. */
export interface EnsureImagesArgs {
  readonly log: (line: string) => void;
}

/** Sees to it that the engine has the base image and that which writes files (there, pulled or made), and the PostgreSQL image. */
export async function ensureImages({ log }: EnsureImagesArgs): Promise<void> {
  if (!(await isHere(baseImage)) && !(await isPulled(baseImage, log))) {
    log(`${baseImage} cannot be pulled; making it from this machine's Debian mirror`);
    await makeBase();
  }
  await ensureFilesImage(log);
  if (!(await isHere(postgresImage))) log(`building ${postgresImage}`);
  await docker(["build", "--quiet", "--tag", postgresImage, `${folder}/postgres`]);
}

/** Sees to it that the engine has the image that writes `secrets` and `configs`, under its public name. */
export async function ensureFilesImage(log: EnsureImagesArgs["log"]): Promise<void> {
  if ((await isHere(filesImage)) || (await isPulled(filesImage, log))) return;
  log(`${filesImage} cannot be pulled; making it from ${baseImage}`);
  await docker(["build", "--quiet", "--tag", filesImage, `${folder}/busybox`]);
}

/** A running PostgreSQL. */
export interface Postgres {
  /** The container's identifier. */
  readonly container: string;
  /** URL of a database of that name, for containers in the network; the user may create it. */
  readonly url: (database: string) => string;
}

/** Where a PostgreSQL runs and who may log in. */
export interface StartPostgresArgs {
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Host name within the network. */
  readonly alias: string;
  /** Password of the user, made at run time. */
  readonly password: string;
  /** The one user it begins with. @default postgres */
  readonly user?: string;
  /** The database it begins with. @default - the user's name */
  readonly database?: string;
  /** Whether it takes connections over TLS only. @default - false */
  readonly forceTls?: boolean;
}

/** Starts a PostgreSQL and waits until it answers; removing the container with its volumes removes all of it. */
export async function startPostgres(args: StartPostgresArgs): Promise<Postgres> {
  const { network, alias, password, user = "postgres", database = user, forceTls = false } = args;
  const container = await docker(
    // The name alone on the command line: its value comes from the environment, where no process list shows it.
    ["run", "--detach", "--network", network, "--network-alias", alias, ...labelArguments(args.labels)].concat(
      ["--env", "POSTGRES_PASSWORD", "--env", `POSTGRES_USER=${user}`, "--env", `POSTGRES_DB=${database}`],
      [...(forceTls ? ["--env", "POSTGRES_FORCE_TLS=1"] : []), postgresImage],
      // What a crash of the machine would lose is thrown away anyway.
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
  // From standard input, where no process list shows it.
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

async function isHere(image: string): Promise<boolean> {
  return docker(["image", "inspect", "--format", "{{.Id}}", image]).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DockerError && /no such image/iu.test(error.stderr)) return false;
      throw error;
    },
  );
}

async function isPulled(image: string, log: (line: string) => void): Promise<boolean> {
  log(`pulling ${image}`);
  // Longer than a pull over an ordinary line takes, about as long as making it.
  return docker(["pull", "--quiet", image], { timeoutSeconds: 60 }).then(
    () => true,
    () => false,
  );
}

async function makeBase(): Promise<void> {
  const remedy = `pull or load ${baseImage} into Docker by hand`;
  if (process.getuid?.() !== 0) {
    throw new Error(`${baseImage}: not here, and no registry answers; ${remedy}, or run as root to have it made`);
  }
  const targets = await run("apt-get", ["indextargets", "--no-release-info", "--format", targetFormat], "").catch(
    () => "",
  );
  const sources = debianSources(targets);
  if (sources.length === 0) {
    throw new Error(`${baseImage}: not here, and this machine's apt has no Debian ${suite} to make it from; ${remedy}`);
  }
  await run("unshare", ["--mount", "bash", `${folder}/debian.sh`, baseImage, suite], `${sources.join("\n")}\n`);
}

const targetFormat = "$(CREATED_BY) $(REPO_URI) $(RELEASE) $(COMPONENT)";

/** Lines of a sources.list for the base image, out of what `apt-get indextargets` says of this machine's own. */
export function debianSources(targets: string): readonly string[] {
  const suites = [suite, `${suite}-updates`, `${suite}-security`];
  const lines = targets
    .split("\n")
    .map((line) => line.trim().split(" "))
    .filter(
      ([kind, , release = "", component]) => kind === "Packages" && suites.includes(release) && component === "main",
    )
    .map(([, uri, release, component]) => `deb ${uri ?? ""} ${release ?? ""} ${component ?? ""}`);
  return [...new Set(lines)];
}

async function run(command: string, args: readonly string[], input: string): Promise<string> {
  const child = spawn(command, args, { detached: true });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return Buffer.concat(stdout).toString();
  const end = Buffer.concat(stderr).toString().trim().split("\n").slice(-10).join("\n");
  throw new Error(`${command} ${args.join(" ")}: ended with ${code ?? "a signal"}\n${end}`);
}
