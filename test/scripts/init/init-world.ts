import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { commandLine, type Seen } from "../../support/command-line.ts";

/** The folder of an application in a Git repository. */
export interface Application {
  /** Its files by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** @default - a repository at GitHub */
  readonly remote?: string;
  /** The application's folder inside the repository. @default - its top */
  readonly inside?: string;
  /** Other branches than main. */
  readonly branches?: readonly string[];
  /** Files that Git ignores. */
  readonly ignored?: readonly string[];
  /** What a person answers. @default - there is no person */
  readonly reply?: string;
}

/** What `init` has printed, and the files that are there then. */
export interface Initiated extends Seen {
  readonly files: Readonly<Record<string, string>>;
}

const spec = "https://example.com/compose-ecs-pipeline-0.2.0.tgz";

/** The options that a run in these tests needs, since nothing says them. */
export const usual = `--yes --region eu-central-1 --package ${spec}`;

/** Runs `init` in the folder of an application, in a real repository. */
export async function init(application: Application, options = usual): Promise<Initiated> {
  const top = mkdtempSync(join(tmpdir(), "init-"));
  const { INIT_CWD: before, AWS_REGION: region, AWS_CONFIG_FILE: config } = process.env;
  try {
    const folder = join(top, "repository", application.inside ?? "");
    makeRepository(join(top, "repository"), folder, application);
    Object.assign(process.env, { INIT_CWD: folder, AWS_REGION: "", AWS_CONFIG_FILE: join(top, "none") });
    const { reply } = application;
    const seen = await commandLine(`init ${options}`.trim(), reply === undefined ? {} : { reply });
    return { ...seen, files: filesBelow(join(top, "repository")) };
  } finally {
    restore({ INIT_CWD: before, AWS_REGION: region, AWS_CONFIG_FILE: config });
    rmSync(top, { recursive: true });
  }
}

function restore(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}

function makeRepository(
  top: string,
  folder: string,
  { files, remote = "git@github.com:acme/shop.git", ...more }: Application,
): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(top, ".gitignore"), [...(more.ignored ?? []), ""].join("\n"));
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: top, stdio: "pipe" });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("-c", "user.name=ann", "-c", "user.email=ann@example.com", "commit", "--quiet", "--message=first");
  for (const branch of more.branches ?? []) git("branch", branch);
  if (remote !== "") git("remote", "add", "origin", remote);
}

/** The texts of all files below a folder, without those of Git. */
function filesBelow(top: string): Readonly<Record<string, string>> {
  const paths = readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !relative(top, path).startsWith(".git/"));
  return Object.fromEntries(paths.toSorted().map((path) => [relative(top, path), readFileSync(path, "utf8")]));
}
