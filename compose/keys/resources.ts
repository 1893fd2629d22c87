import { mebibytes } from "../tree/bytes.ts";
import { field, number, section } from "../tree/fields.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** CPU, memory and number of copies of a service. */
export interface Resources {
  /** CPU units; 1024 are one vCPU. */
  readonly cpu?: number;
  readonly memoryMiB?: number;
  readonly memoryReservationMiB?: number;
  readonly replicas?: { readonly count: number; readonly at: Position };
}

const cpus = { accepts: (count: number) => count > 0 && count <= 16, allowed: "vCPU above 0 up to 16, such as 0.5" };
const replicas = { accepts: (count: number) => Number.isInteger(count), allowed: "a whole number" };

/** The limits and the number of copies in `cpus`, `mem_limit` and `deploy` of a service. */
export function resourcesOf(keys: Mapping, report: Report): Resources {
  const deploy = section(keys, "deploy");
  const resources = section(deploy, "resources");
  const limits = section(resources, "limits");
  const reservations = section(resources, "reservations");
  const cpu = either(units(keys, "cpus", report), units(limits, "cpus", report));
  const memory = either(memoryOf(keys, "mem_limit", report), memoryOf(limits, "memory", report));
  const reservedCpu = units(reservations, "cpus", report);
  const reserved = either(memoryOf(keys, "mem_reservation", report), memoryOf(reservations, "memory", report));
  if (memory !== undefined && reserved !== undefined && reserved.amount > memory.amount) {
    report(
      reserved.at,
      `the reservation of ${reserved.amount} MiB is above the limit of ${memory.amount} MiB; lower it`,
    );
  }
  const copies = either(copiesOf(keys, "scale", report), copiesOf(deploy, "replicas", report));
  return {
    ...((cpu ?? reservedCpu) && { cpu: (cpu ?? reservedCpu)?.amount }),
    ...(memory && { memoryMiB: memory.amount }),
    // A reservation as large as the limit has no effect, and ECS refuses it.
    ...(reserved && reserved.amount !== memory?.amount && { memoryReservationMiB: reserved.amount }),
    ...(copies && { replicas: { count: copies.amount, at: copies.at } }),
  };
}

interface Amount {
  readonly amount: number;
  readonly at: Position;
}

/** Two keys for the same thing; check-agreement.ts has checked that they agree. */
const either = (old: Amount | undefined, under: Amount | undefined): Amount | undefined => under ?? old;

function units(parent: Mapping | undefined, key: string, report: Report): Amount | undefined {
  const value: Value | undefined = parent && field(parent, key)?.value;
  const count = value && number(value, `"${key}"`, cpus, report);
  return value && count !== undefined ? { amount: Math.round(count * 1024), at: value.at } : undefined;
}

function memoryOf(parent: Mapping | undefined, key: string, report: Report): Amount | undefined {
  const value: Value | undefined = parent && field(parent, key)?.value;
  const amount = value && mebibytes(value, `"${key}"`, report);
  return value && amount !== undefined ? { amount, at: value.at } : undefined;
}

function copiesOf(parent: Mapping | undefined, key: string, report: Report): Amount | undefined {
  const value: Value | undefined = parent && field(parent, key)?.value;
  const amount = value && number(value, `"${key}"`, replicas, report);
  return value && amount !== undefined ? { amount, at: value.at } : undefined;
}
