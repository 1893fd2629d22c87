import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** An event of a container, as docker reports it. */
export interface ContainerEvent {
  readonly dockerId: string;
  readonly what:
    { readonly died: number; readonly outOfMemory: boolean } | { readonly health: "healthy" | "unhealthy" };
}

/** Follows docker's events of containers with a label, from now on; returns a function that ends it. */
export function followEvents(label: string, told: (event: ContainerEvent) => void): () => void {
  const since = String(Math.floor(Date.now() / 1000));
  const filters = [`label=${label}`, "type=container", "event=die", "event=oom", "event=health_status"];
  const child = spawn(
    "docker",
    ["events", "--since", since, "--format", "{{json .}}", ...filters.flatMap((filter) => ["--filter", filter])],
    { stdio: ["ignore", "pipe", "ignore"], detached: true },
  );
  child.on("error", () => undefined);
  const starved = new Set<string>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = JSON.parse(line) as {
      readonly Action: string;
      readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
    };
    const { ID: dockerId, Attributes } = event.Actor;
    if (event.Action === "oom") starved.add(dockerId);
    if (event.Action === "die") {
      told({ dockerId, what: { died: Number(Attributes["exitCode"]), outOfMemory: starved.has(dockerId) } });
    }
    const health = /^health_status: (healthy|unhealthy)$/u.exec(event.Action)?.[1];
    if (health === "healthy" || health === "unhealthy") told({ dockerId, what: { health } });
  });
  return () => child.kill("SIGKILL");
}
