import type { Level, Support } from "./classify.ts";
import { serviceLevel } from "./service.ts";

const dockerNetwork = { ignored: "a task's network is the environment's" };

const networkLevel: Level = {
  keys: {
    attachable: dockerNetwork,
    driver: dockerNetwork,
    driver_opts: dockerNetwork,
    enable_ipv4: { rejected: "the environment's network decides about addresses" },
    enable_ipv6: { rejected: "the environment's network decides about addresses" },
    external: { rejected: "there is no Docker network to join" },
    internal: {
      rejected: "the environment's network decides what a task reaches",
    },
    ipam: { rejected: "the environment's network decides about addresses" },
    labels: dockerNetwork,
    name: dockerNetwork,
  },
};

const volumeLevel: Level = {
  extended: true,
  keys: {
    driver: { rejected: "a volume lives as long as its task, or on EFS", remedy: 'remove "driver"' },
    driver_opts: { rejected: "a volume lives as long as its task, or on EFS", remedy: 'remove "driver_opts"' },
    external: {
      rejected: "there is no Docker volume to use",
      remedy: 'write "x-ecs: { efs: … }" for one that outlives its task',
    },
    labels: { ignored: "a volume of a task has no labels" },
    name: { ignored: "a volume of a task has the name that is written here" },
  },
};

const noStore = { rejected: "there is no Swarm to store it", remedy: 'write "environment"' };

const configKeys = {
  content: "what the file holds; a variable in it may be a parameter",
  environment: "a variable, plain or a parameter, that holds what the file holds",
  external: { rejected: "there is no Swarm to store it", remedy: 'write "environment", "content" or "file"' },
  file: "a text file of the commit",
  labels: { ignored: "it is for Swarm" },
  name: { ignored: "it is for Swarm" },
  template_driver: { rejected: "there is no Swarm to fill in a template" },
};

const secretKeys = {
  driver: noStore,
  driver_opts: noStore,
  environment: "of a container: a variable that is a parameter; of a build: one that the build sees",
  external: noStore,
  file: "of a build only: a file of the commit",
  labels: { ignored: "it is for Swarm" },
  name: { ignored: "it is for Swarm" },
  template_driver: { rejected: "there is no Swarm to fill in a template" },
};

/** The keys at the top of a Compose file, without those of services. */
const topLevel: Level = {
  keys: {
    configs: "files of containers",
    include: "the content of the included files",
    models: { rejected: "models are for local development" },
    name: { ignored: 'the application has the name of the stack\'s "app"' },
    networks: {
      ignored:
        "the containers of a task share one network, and every ECS service of the environment may reach another's exposed ports",
    },
    secrets: "files of containers, and secrets of a build",
    services: "containers, release tasks and what a build tests",
    version: { ignored: "Compose itself ignores it" },
    volumes: "`volumes`: folders of one task, empty when it starts and deleted when it ends, or on EFS",
  },
  named: {
    configs: { keys: configKeys },
    networks: networkLevel,
    secrets: { keys: secretKeys },
    volumes: volumeLevel,
  },
};

/** Every key of the Compose Specification, place by place; a test compares it with the specification's schema. */
export const levels: Level = { ...topLevel, named: { ...topLevel.named, services: serviceLevel } };

/** Every key a Compose service may have. */
export const support: Readonly<Record<string, Support>> = Object.fromEntries(
  Object.entries(serviceLevel.keys).map(([key, fate]) => [key, typeof fate === "string" ? "translated" : fate]),
);
