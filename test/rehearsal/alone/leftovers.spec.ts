import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { docker, rehearsalLabel, removeLeftovers } from "../../../local-cloud/index.ts";
import { runsFolder } from "../../../rehearsal/local/place.ts";

describe("a rehearsal that is ended early", function () {
  this.timeout(120_000);

  it("stops and removes everything after Ctrl-C", async () => {
    const run = await startedRehearsal();
    run.process.kill("SIGINT");
    expect(await run.ended).to.equal(1);
    expect(await leftOf(run.id)).to.deep.equal({ containers: "", networks: "", processes: [], folder: false });
  });

  it("is cleaned up after a crash by the next run, which leaves living runs alone", async () => {
    const [crashed, living] = await Promise.all([startedRehearsal(), startedRehearsal()]);
    try {
      crashed.process.kill("SIGKILL");
      await crashed.ended;
      const before = await leftOf(crashed.id);
      expect([before.containers, before.folder]).to.not.deep.equal(["", false]);
      const livingBefore = await leftOf(living.id);

      expect(await removeLeftovers(runsFolder)).to.deep.equal([crashed.id]);
      expect(await leftOf(crashed.id)).to.deep.equal({ containers: "", networks: "", processes: [], folder: false });
      const livingAfter = await leftOf(living.id);
      expect(livingBefore.containers).to.not.equal("");
      expect(livingAfter.containers.split("\n")).to.include.members(livingBefore.containers.split("\n"));
      expect([livingAfter.networks, livingAfter.folder]).to.deep.equal([livingBefore.networks, true]);
    } finally {
      living.process.kill("SIGINT");
      await living.ended;
    }
  });
});

interface StartedRehearsal {
  readonly id: string;
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
}

/** A rehearsal in a separate process, when it has started all that it starts. */
async function startedRehearsal(): Promise<StartedRehearsal> {
  const program = join(import.meta.dirname, "../../../rehearsal/rehearse.ts");
  const child = spawn(process.execPath, [program, "staging"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let id = "";
  for await (const line of createInterface(child.stdout)) {
    id = /compose-ecs-pipeline\/([^/]+)\/cloud\.log/.exec(line)?.[1] ?? id;
    if (line.includes("✓ up from nothing")) break;
  }
  child.stdout.resume();
  expect(id).to.match(/^\d+-\w+$/);
  return { id, process: child, ended };
}

async function leftOf(id: string) {
  const filter = ["--filter", `label=${rehearsalLabel}=${id}`];
  const { stdout } = spawn("ps", ["-eo", "pid,command"], { stdio: ["ignore", "pipe", "inherit"] });
  const processes: string[] = [];
  for await (const line of createInterface(stdout)) {
    // The program and its builds have the run's folder in their environment or arguments; ps shows arguments.
    if (line.includes(`/${id}/`)) processes.push(line.trim());
  }
  return {
    containers: await docker(["ps", "--all", "--quiet", ...filter]),
    networks: await docker(["network", "ls", "--quiet", ...filter]),
    processes,
    folder: existsSync(join(runsFolder, id)),
  };
}
