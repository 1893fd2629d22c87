import type { Ignored } from "../support/classify.ts";
import { dependenciesOf } from "../files/depends-on.ts";
import { field } from "../tree/fields.ts";
import { staysOnMachine } from "./logging.ts";
import type { Service } from "./service.ts";

/** Keys that ECS translates in general but whose value here changes nothing; in the order of the file. */
export function ignoredValues(services: readonly Service[]): readonly Ignored[] {
  const [logs] = services.filter(({ role }) => role === "task" || role === "release").flatMap(machineLogs);
  return [...(logs === undefined ? [] : [logs]), ...services.flatMap((service) => otherOrder(service, services))];
}

function machineLogs({ keys }: Service): readonly Ignored[] {
  const entry = field(keys, "logging");
  if (entry?.value.kind !== "mapping" || !staysOnMachine(entry.value)) return [];
  const reason = "it says how Docker keeps logs on one machine; on ECS every container logs to CloudWatch Logs";
  return [{ key: "services.*.logging", reason, at: entry.at }];
}

/** ECS starts the ECS services of an environment in no particular order. */
function otherOrder({ name, role, keys, ecs }: Service, services: readonly Service[]): readonly Ignored[] {
  if (role !== "task") return [];
  return dependenciesOf(keys, () => undefined).flatMap(({ container, condition, at, optional }) => {
    const other = services.find((one) => one.name === container && one.role === "task");
    if (other === undefined || other.ecs.service === ecs.service) return [];
    // Waiting for the end of a service is refused (check-dependencies.ts), unless the dependency is optional.
    if (condition === "SUCCESS" && optional !== true) return [];
    const reason = `"${container}" runs in another ECS service, and ECS starts its services in no particular order; "${name}" has to retry until "${container}" answers`;
    return [{ key: `services.${name}.depends_on.${container}`, reason, at }];
  });
}
