import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** New builders for builds of the local cloud, whatever the machine's own builder has cached. */
export interface FreshBuilders {
  /** The PATH with which a build creates them. */
  readonly path: string;
  /** Ends those that are left, and removes their caches. */
  readonly close: () => void;
}

/**
 * Lets each builder that a build creates be a new BuildKit with an empty cache, a process of this machine. On AWS it
 * runs in a container, which has to be privileged and reach the registry; that is not possible everywhere.
 */
export async function freshBuilders(): Promise<FreshBuilders> {
  const folder = mkdtempSync(join(tmpdir(), "bench-builders-"));
  const [docker, buildkitd] = [await found("docker"), await found("buildkitd").catch(setUp)];
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/docker"), command({ folder, docker, buildkitd }), { mode: 0o755 });
  return {
    path: `${join(folder, "bin")}:${process.env.PATH ?? ""}`,
    close: () => {
      for (const file of readdirSync(folder).filter((name) => name.endsWith(".pid"))) {
        try {
          process.kill(Number(readFileSync(join(folder, file), "utf8")));
        } catch {
          // Its build has ended it.
        }
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

const found = async (name: string): Promise<string> => (await run("bash", ["-c", 'type -P "$0"', name])).stdout.trim();

/** Builds BuildKit's daemon from its Go module, once. */
async function setUp(): Promise<string> {
  const root = join(import.meta.dirname, "..");
  await run(join(root, "bin/setup"), ["buildkit"]);
  return join(root, ".tools/bin/buildkitd");
}

/**
 * What a build finds as "docker": it has no containerd image store, and `buildx create` and `buildx rm` start and end
 * a BuildKit; everything else is Docker's.
 */
const command = (paths: {
  readonly folder: string;
  readonly docker: string;
  readonly buildkitd: string;
}): string => `#!/usr/bin/env bash
set -euo pipefail
folder='${paths.folder}'
docker='${paths.docker}'
case "\${1:-} \${2:-}" in
  "info "*) echo null ;;
  "buildx create")
    name=$4 own=$(mktemp -d "$folder/builder-XXXXXX")
    setsid '${paths.buildkitd}' --root "$own" --addr "unix://$own/socket" --oci-worker-net host --containerd-worker=false \\
      > "$own/log" 2>&1 < /dev/null &
    echo $! > "$folder/$name.pid"
    for _ in {1..100}; do [ -S "$own/socket" ] && break; sleep 0.1; done
    exec "$docker" buildx create --name "$name" --driver remote "unix://$own/socket"
    ;;
  "buildx rm")
    kill "$(cat "$folder/$3.pid")"
    exec "$docker" buildx rm "$3"
    ;;
  *) exec "$docker" "$@" ;;
esac
`;
