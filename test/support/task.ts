import type { Container, Task } from "../../compose/index.ts";

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
    containers: [container("web", { ports: [3000] })],
    release: [],
    tests: { services: [], builds: [] },
    images: [{ name: "web", local: "shop/web", services: ["web"] }],
    volumes: [],
    size: { cpu: 256, memoryMiB: 512 },
    replicas: undefined,
    entry: { container: "web", port: 3000 },
    ...more,
  };
}
