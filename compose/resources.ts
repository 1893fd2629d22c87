import { mebibytes } from "./bytes.ts";
import { field, mapping, number } from "./fields.ts";
import type { Position, Report } from "./problem.ts";
import type { Mapping, Value } from "./tree.ts";

/** What a service asks for, and in how many copies. */
export interface Resources {
  /** CPU units; 1024 are one vCPU. */
  readonly cpu?: number;
  readonly memoryMiB?: number;
  readonly memoryReservationMiB?: number;
  readonly replicas?: { readonly count: number; readonly at: Position };
}

const cpus = { accepts: (count: number) => count > 0 && count <= 16, allowed: "vCPU above 0 up to 16, such as 0.5" };
const replicas = { accepts: (count: number) => Number.isInteger(count), allowed: "a whole number" };

/** What `cpus`, `mem_limit` and `deploy` of a service say. */
export function resourcesOf(keys: Mapping, report: Report): Resources {
  const deploy = section(keys, "deploy", ["replicas", "resources"], report);
  const resources = deploy && section(deploy, "resources", ["limits", "reservations"], report);
  const limits = resources && section(resources, "limits", ["cpus", "memory"], report);
  const reservations = resources && section(resources, "reservations", ["cpus", "memory"], report);
  const cpu = once(units(keys, "cpus", report), units(limits, "cpus", report), "cpus", report);
  const memory = once(memoryOf(keys, "mem_limit", report), memoryOf(limits, "memory", report), "mem_limit", report);
  const reservedCpu = units(reservations, "cpus", report);
  const reserved = memoryOf(reservations, "memory", report);
  if (memory !== undefined && reserved !== undefined && reserved.amount > memory.amount) {
    report(
      reserved.at,
      `the reservation of ${reserved.amount} MiB is above the limit of ${memory.amount} MiB; lower it`,
    );
  }
  const count = deploy && field(deploy, "replicas")?.value;
  const copies = count && number(count, '"replicas"', replicas, report);
  return {
    ...((cpu ?? reservedCpu) && { cpu: (cpu ?? reservedCpu)?.amount }),
    ...(memory && { memoryMiB: memory.amount }),
    // A reservation as large as the limit says nothing, and ECS refuses it.
    ...(reserved && reserved.amount !== memory?.amount && { memoryReservationMiB: reserved.amount }),
    ...(count !== undefined && copies !== undefined && { replicas: { count: copies, at: count.at } }),
  };
}

interface Amount {
  readonly amount: number;
  readonly at: Position;
}

function section(parent: Mapping, key: string, allowed: readonly string[], report: Report): Mapping | undefined {
  const value = field(parent, key)?.value;
  return value && mapping(value, `"${key}"`, allowed, report);
}

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

function once(old: Amount | undefined, limit: Amount | undefined, key: string, report: Report): Amount | undefined {
  if (old !== undefined && limit !== undefined && old.amount !== limit.amount) {
    report(old.at, `"${key}" and "deploy.resources.limits" differ; remove one`);
  }
  return limit ?? old;
}
