import { execFile } from "node:child_process";

/** What a command printed; undefined if it is not on the PATH. */
export interface Said {
  readonly code: number;
  readonly text: string;
}

/** The tools of this machine, as far as a rehearsal needs them. */
export interface Tools {
  readonly git: Said | undefined;
  /** The version of the Docker engine; a code other than 0 if none answers. */
  readonly docker: Said | undefined;
  readonly compose: Said | undefined;
  readonly buildx: Said | undefined;
  /** Whether bash has `mapfile` and `declare -A`. */
  readonly bash: Said | undefined;
  readonly perl: Said | undefined;
  /** Python with what makes a virtual environment; its version. */
  readonly python: Said | undefined;
  readonly pulumi: Said | undefined;
  /** `node_modules` of the program has the Pulumi SDK. */
  readonly installed: boolean;
  /** Whether the emulator was set up by an earlier rehearsal. */
  readonly emulator: boolean;
}

/** Asks this machine for its tools. */
export async function findTools(present: Pick<Tools, "installed" | "emulator">): Promise<Tools> {
  const [git, docker, compose, buildx, bash, perl, python, pulumi] = await Promise.all([
    ask("git", "--version"),
    ask("docker", "version", "--format", "{{.Server.Version}}"),
    ask("docker", "compose", "version", "--short"),
    ask("docker", "buildx", "version"),
    ask("bash", "-c", "declare -A a && mapfile -t b </dev/null && echo $BASH_VERSION"),
    ask("perl", "-e", "print $^V"),
    ask("python3", "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"),
    ask("pulumi", "version"),
  ]);
  return { git, docker, compose, buildx, bash, perl, python, pulumi, ...present };
}

/** One line for each tool that is missing or too old, with its remedy. */
export function missingTools(tools: Tools): readonly string[] {
  const { git, docker, compose, buildx, bash, perl, python, pulumi, installed, emulator } = tools;
  return [
    ...(works(git) ? [] : ["git: it is not on the PATH; install it"]),
    ...dockerLines(docker),
    ...(works(docker) && !works(compose)
      ? ["docker compose: Docker has no Compose; install Docker's compose plugin"]
      : []),
    ...(works(docker) && !works(buildx) ? ["docker buildx: Docker has no buildx; install Docker's buildx plugin"] : []),
    ...(works(bash)
      ? []
      : [
          "bash: the builds need bash 4 or newer, with mapfile and declare -A; install it, and put it first on the PATH",
        ]),
    ...(works(perl) ? [] : ["perl: it is not on the PATH; install it"]),
    ...(emulator ? [] : pythonLines(python)),
    ...(works(pulumi)
      ? []
      : [
          "pulumi: it is not on the PATH; install the Pulumi CLI (https://www.pulumi.com/docs/install/); no login is needed",
        ]),
    ...(installed ? [] : ["node_modules: the program's packages are not installed; run `npm install` in its folder"]),
  ];
}

/** Whether builds have to keep Compose from bake, which asks more of buildx than this version can do. */
export function withoutBake({ buildx }: Pick<Tools, "buildx">): boolean {
  const [, minor] = /v?0\.(\d+)\./.exec(buildx?.text ?? "") ?? [];
  return minor !== undefined && Number(minor) < 17;
}

const works = (said: Said | undefined): boolean => said?.code === 0;

function dockerLines(docker: Said | undefined): readonly string[] {
  if (docker === undefined) return ["docker: it is not on the PATH; install Docker 20.10 or newer"];
  if (docker.code !== 0) {
    const [why = ""] = docker.text.trim().split("\n").slice(-1);
    return [`docker: no engine answers (${why}); start Docker, or let this user use it`];
  }
  const [major = 0, minor = 0] = docker.text.split(".").map(Number);
  return major < 20 || (major === 20 && minor < 10)
    ? [`docker: the engine is ${docker.text.trim()}; install Docker 20.10 or newer`]
    : [];
}

function pythonLines(python: Said | undefined): readonly string[] {
  const remedy =
    "install Python 3.10 or newer with its module venv (on Debian: python3-venv); the emulator of AWS runs on it";
  if (python === undefined) return [`python3: it is not on the PATH; ${remedy}`];
  if (python.code !== 0) return [`python3: it cannot make a virtual environment; ${remedy}`];
  const [major = 0, minor = 0] = python.text.split(".").map(Number);
  return major < 3 || (major === 3 && minor < 10) ? [`python3: it is ${python.text.trim()}; ${remedy}`] : [];
}

function ask(command: string, ...args: readonly string[]): Promise<Said | undefined> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 30_000 }, (error, out, err) => {
      if (error?.code === "ENOENT") resolve(undefined);
      else resolve({ code: error === null ? 0 : 1, text: (error === null ? out : `${out}${err}`).trim() });
    });
  });
}
