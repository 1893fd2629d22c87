import { execFile } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * The variables by which a build finds Docker: the machine's engine, with a separate configuration folder (so that a
 * `docker login` stays in the build) and this machine's CLI plugins. Without privileged mode, a build finds no engine.
 * Source: CodeBuild user guide, "Docker sample": Docker builds need privileged mode.
 */
export async function dockerVariables(
  privileged: boolean,
  folder: string,
  surroundings: NodeJS.ProcessEnv,
): Promise<Readonly<Record<string, string>>> {
  mkdirSync(folder, { recursive: true });
  const plugins = join(surroundings.DOCKER_CONFIG ?? join(surroundings.HOME ?? homedir(), ".docker"), "cli-plugins");
  if (existsSync(plugins)) symlinkSync(plugins, join(folder, "cli-plugins"));
  return {
    DOCKER_CONFIG: folder,
    DOCKER_HOST: privileged ? await dockerHost(surroundings) : "unix:///privileged-mode-is-off.sock",
  };
}

/** The engine's address; Docker Desktop's is in a context that the build's configuration does not have. */
async function dockerHost(surroundings: NodeJS.ProcessEnv): Promise<string> {
  if (surroundings.DOCKER_HOST !== undefined) return surroundings.DOCKER_HOST;
  try {
    const format = "{{.Endpoints.docker.Host}}";
    const { stdout } = await promisify(execFile)("docker", ["context", "inspect", "--format", format], {
      env: surroundings,
    });
    return stdout.trim();
  } catch {
    return "unix:///var/run/docker.sock";
  }
}
