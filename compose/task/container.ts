import { checkTmpfs } from "./checks/tmpfs.ts";
import { seconds } from "../tree/duration.ts";
import { optionsOf, present } from "./container-options.ts";
import { withoutPlace } from "../files/container-file.ts";
import { environmentOf } from "../keys/environment.ts";
import { field, flag, text } from "../tree/fields.ts";
import { healthCheckOf } from "../keys/health-check.ts";
import type { ImageSource } from "../keys/image.ts";
import { mountsOf } from "../keys/mounts.ts";
import { portNumbers, portsOf } from "../keys/ports.ts";
import type { Report } from "../tree/problem.ts";
import { restartOf } from "../keys/restart.ts";
import { sharedProcesses } from "../keys/shared-processes.ts";
import { updateOf } from "../keys/update.ts";
import { resourcesOf } from "../keys/resources.ts";
import { sizeOf } from "../keys/fargate-size.ts";
import { tmpfsOf } from "../keys/tmpfs.ts";
import type { Value } from "../tree/tree.ts";
import { waitsOf, writtenFor } from "../keys/waits.ts";
import { commandWords } from "../tree/words.ts";
import type { ComposeFile, Service } from "../keys/service.ts";
import type { Draft } from "./draft.ts";

/** The container of a service. */
export function draftOf(service: Service, image: ImageSource, file: ComposeFile, report: Report): Draft {
  const { keys } = service;
  const read = (key: string): Value | undefined => field(keys, key)?.value;
  const optional = <T>(key: string, reader: (value: Value, what: string, report: Report) => T): T | undefined => {
    const value = read(key);
    return value && reader(value, `"${key}"`, report);
  };
  const ports = portsOf(keys, report);
  const dependencies = writtenFor(service, file, report);
  const environment = environmentOf(read("environment"), report);
  const { replicas, ...limits } = resourcesOf(keys, report);
  const restart = restartOf(keys, report);
  const tmpfs = tmpfsOf(keys, report);
  const mounts = mountsOf(keys, report);
  checkTmpfs(tmpfs ?? [], { mounts, ...limits }, report);
  const container = {
    name: service.name,
    image,
    command: optional("command", commandWords),
    entryPoint: optional("entrypoint", commandWords),
    workingDirectory: optional("working_dir", text),
    user: optional("user", text),
    environment: environment.plain,
    secrets: environment.secrets,
    ports: portNumbers(ports),
    healthCheck: healthCheckOf(read("healthcheck"), report),
    dependsOn: waitsOf(dependencies, service, file),
    readOnlyRoot: optional("read_only", flag) ?? false,
    init: optional("init", flag) ?? false,
    stopTimeoutSeconds: optional("stop_grace_period", (value, what) => seconds(value, what, [2, 120], report)),
    ...limits,
    mounts,
    tmpfs: tmpfs?.map(({ path, sizeMiB, options }) => ({ path, sizeMiB, options })),
    files: service.files?.map(withoutPlace),
    ...optionsOf(keys, restart, report),
  };
  return {
    service,
    container: { ...present(container), size: sizeOf([container], service.at, report) },
    ports,
    dependencies,
    replicas,
    update: updateOf(keys, report),
    restart,
    sharesWith: sharedProcesses(keys, report),
  };
}
