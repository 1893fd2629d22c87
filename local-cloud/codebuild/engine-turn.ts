import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The use of this machine's Docker engine by one build. */
export interface EngineTurn {
  readonly end: () => Promise<void>;
}

/** One file for all local clouds on this machine, since they share its engine. */
const engineFile = join(tmpdir(), "compose-ecs-pipeline-engine.lock");

// The lock ends with the process that holds it, however that ends.
const holdLock = String.raw`
use Fcntl ":flock";
open(my $file, ">>", shift) or die "$!\n";
flock($file, LOCK_EX) or die "$!\n";
$| = 1;
print "held\n";
<STDIN>;`;

/**
 * Waits until no other build uses the engine; undefined when the build is stopped before that. On AWS each build has an
 * engine to itself (CodeBuild user guide, "Docker sample"): here two builds of one image name would push each other's
 * image.
 */
export async function engineTurn(stop: AbortSignal, file = engineFile): Promise<EngineTurn | undefined> {
  const child = spawn("perl", ["-e", holdLock, file], { stdio: ["pipe", "pipe", "ignore"], detached: true });
  const exit = once(child, "exit");
  const end = async () => {
    child.stdin.end();
    await exit;
  };
  const stopped = stop.aborted ? Promise.resolve() : once(stop, "abort");
  const first = await Promise.race([once(child.stdout, "data"), exit.then(() => "exit"), stopped.then(() => "stop")]);
  if (first === "exit")
    throw new Error(`${file}: cannot be locked; install perl, and allow this user to write the file`);
  if (first !== "stop") return { end };
  child.kill("SIGKILL");
  await exit;
  return undefined;
}
