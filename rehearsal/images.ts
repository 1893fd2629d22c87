import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { filesImage } from "../compose/index.ts";
import { buildPostgres, docker, hasImage } from "../local-cloud/index.ts";

/** The base of every image of the example and the rehearsal; it is made here when no registry can be reached. */
export const baseImage = "debian:bookworm-slim";

const suite = "bookworm";
const folder = fileURLToPath(new URL("images", import.meta.url));

/** What making images needs: a function that prints the progress. */
export interface EnsureImagesArgs {
  readonly log: (line: string) => void;
}

/**
 * Makes sure that Docker has the base image, the image that writes files and the PostgreSQL image: existing ones stay,
 * the others are pulled or made.
 */
export async function ensureImages({ log }: EnsureImagesArgs): Promise<void> {
  await ensureBaseImage(log);
  await ensureFilesImage(log);
  await buildPostgres(log);
}

/** Makes sure that Docker has the base image, from which the images of the local cloud itself are made. */
export async function ensureBaseImage(log: EnsureImagesArgs["log"]): Promise<void> {
  if ((await hasImage(baseImage)) || (await isPulled(baseImage, log))) return;
  log(`${baseImage} cannot be pulled; making it from this machine's Debian mirror`);
  await makeBase();
}

/** Makes sure that Docker has the image that writes `secrets` and `configs`, under its public name. */
export async function ensureFilesImage(log: EnsureImagesArgs["log"]): Promise<void> {
  if ((await hasImage(filesImage)) || (await isPulled(filesImage, log))) return;
  log(`${filesImage} cannot be pulled; making it from ${baseImage}`);
  await docker(["build", "--quiet", "--tag", filesImage, `${folder}/busybox`]);
}

/**
 * Variables of a build of the Rails examples: their gems come from Debian's packages, unless GEMS_FROM says otherwise. So a
 * rehearsal reaches no further than Debian, and always gets the same versions: the examples have no lock file.
 */
export function exampleVariables(environment = process.env): Readonly<Record<string, string>> {
  return { GEMS_FROM: environment["GEMS_FROM"] ?? "debian" };
}

async function isPulled(image: string, log: (line: string) => void): Promise<boolean> {
  log(`pulling ${image}`);
  // A pull over an ordinary connection takes less; making the image takes about as long.
  return docker(["pull", "--quiet", image], { timeoutSeconds: 60 }).then(
    () => true,
    () => false,
  );
}

async function makeBase(): Promise<void> {
  const remedy = `pull or load ${baseImage} into Docker by hand`;
  if (process.getuid?.() !== 0) {
    throw new Error(
      `${baseImage}: Docker does not have it, and no registry answers; ${remedy}, or run as root so that it can be made`,
    );
  }
  const targets = await run("apt-get", ["indextargets", "--no-release-info", "--format", targetFormat], "").catch(
    () => "",
  );
  const sources = debianSources(targets);
  if (sources.length === 0) {
    throw new Error(
      `${baseImage}: Docker does not have it, and this machine's apt has no Debian ${suite} to make it from; ${remedy}`,
    );
  }
  await run("unshare", ["--mount", "bash", `${folder}/debian.sh`, baseImage, suite], `${sources.join("\n")}\n`);
}

const targetFormat = "$(CREATED_BY) $(REPO_URI) $(RELEASE) $(COMPONENT)";

/** Lines of a sources.list for the base image, from this machine's `apt-get indextargets`. */
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
