import type { Application, Container, Task } from "../../compose/index.ts";

/** A container of the example, as small as one can be, with what a test changes. */
export function container(name: string, more: Partial<Container> = {}): Container {
  return {
    name,
    image: { built: name },
    environment: {},
    secrets: {},
    ports: [],
    dependsOn: [],
    readOnlyRoot: false,
    init: false,
    mounts: [],
    size: { cpu: 256, memoryMiB: 512 },
    fingerprint: { size: "00000000" },
    ...more,
  };
}

/** A task of one container `web` that is built here and reached on port 3000, with what a test changes. */
export function task(more: Partial<Task> = {}): Task {
  return {
    name: "",
    containers: [container("web", { ports: [3000] })],
    volumes: [],
    size: { cpu: 256, memoryMiB: 512 },
    replicas: undefined,
    scaling: undefined,
    entry: { container: "web", port: 3000 },
    connected: false,
    ...more,
  };
}

/** An application of that one task alone, with what a test changes. */
export function application(more: Partial<Application> = {}): Application {
  return {
    services: [task()],
    release: [],
    releaseFiles: {},
    pulled: [],
    tests: { services: [], builds: [] },
    images: [{ name: "web", local: "shop/web", services: ["web"] }],
    efs: {},
    buildSecrets: [],
    policy: [],
    ignored: [],
    notes: [],
    ...more,
  };
}

/** The task of `web` next to one of a worker, which is built from the same image and listens on port 9292. */
export function pair(): readonly [web: Task, worker: Task] {
  const worker = container("worker", { image: { built: "web" }, ports: [9292] });
  return [task({ connected: true }), task({ name: "worker", containers: [worker], entry: undefined, connected: true })];
}
