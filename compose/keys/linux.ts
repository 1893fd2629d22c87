import { field, number, text } from "../tree/fields.ts";
import type { Report } from "../tree/problem.ts";
import { closest } from "../tree/spelling.ts";
import { textsByName } from "./labels.ts";
import type { Mapping } from "../tree/tree.ts";

/** Linux capabilities that a container gets or loses, with ECS's names, sorted. */
export interface Capabilities {
  readonly add: readonly string[];
  readonly drop: readonly string[];
}

/** Capabilities that may be dropped (KernelCapabilities, API reference). */
const capabilities = (
  "ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL " +
  "LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID " +
  "SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE " +
  "SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM"
).split(" ");

/** The capabilities in `cap_add` and `cap_drop` of a service. */
export function capabilitiesOf(keys: Mapping, report: Report): Capabilities | undefined {
  const add = named(keys, "cap_add", report, (name) =>
    name === "SYS_PTRACE" ? undefined : `Fargate can add only SYS_PTRACE, not ${name}; remove it`,
  );
  const drop = named(keys, "cap_drop", report, (name) => {
    if (capabilities.includes(name)) return undefined;
    const meant = capabilities.find((known) => known === closest(name.toLowerCase(), lower)?.toUpperCase());
    return `ECS has no capability ${name}; ${meant === undefined ? "correct or remove it" : `did you mean ${meant}?`}`;
  });
  return add.length + drop.length === 0 ? undefined : { add, drop };
}

const lower = capabilities.map((name) => name.toLowerCase());

function named(
  keys: Mapping,
  key: string,
  report: Report,
  wrong: (name: string) => string | undefined,
): readonly string[] {
  const value = field(keys, key)?.value;
  const items = value?.kind === "sequence" ? value.items : [];
  const names = items.flatMap((item) => {
    const given = text(item, `an item of "${key}"`, report);
    if (given === undefined) return [];
    const name = given.toUpperCase().replace(/^CAP_/, "");
    const problem = wrong(name);
    if (problem !== undefined) report(item.at, problem);
    return problem === undefined ? [name] : [];
  });
  return [...new Set(names)].toSorted();
}

/** How many files a container may have open. */
export interface OpenFiles {
  readonly soft: number;
  readonly hard: number;
}

const limit = {
  accepts: (given: number) => Number.isInteger(given) && given >= 1 && given <= 1_048_576,
  allowed: "a whole number from 1 to 1048576",
};

/** The limit of open files in `ulimits` of a service: Fargate lets no other limit be set. */
export function openFilesOf(keys: Mapping, report: Report): OpenFiles | undefined {
  const value = field(keys, "ulimits")?.value;
  const entries = value?.kind === "mapping" ? value.entries : [];
  for (const { key, at } of entries) {
    if (key !== "nofile") report(at, `Fargate supports only the limit "nofile"; remove "${key}"`);
  }
  const given = entries.find(({ key }) => key === "nofile")?.value;
  if (given?.kind !== "mapping") return undefined;
  const read = (key: string): number | undefined => {
    const part = field(given, key)?.value;
    return part && number(part, `"${key}"`, limit, report);
  };
  const [single, soft, hard] = [read("single"), read("soft"), read("hard")];
  const limits = { soft: soft ?? single ?? hard, hard: hard ?? single ?? soft };
  if (limits.soft === undefined || limits.hard === undefined) return undefined;
  if (limits.soft > limits.hard) report(given.at, `"soft" ${limits.soft} is above "hard" ${limits.hard}; lower it`);
  return { soft: limits.soft, hard: limits.hard };
}

/** Kernel parameters of the IPC namespace; those of the network begin with `net.` (SystemControl, API reference). */
const ipcControl =
  /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\.[\w.]+|net\.[\w./-]+)$/;

/** The kernel parameters in `sysctls` of a service, sorted. */
export function systemControlsOf(keys: Mapping, report: Report): Readonly<Record<string, string>> | undefined {
  const value = field(keys, "sysctls")?.value;
  if (value?.kind !== "mapping" || value.entries.length === 0) return undefined;
  for (const { key, at } of value.entries) {
    if (!ipcControl.test(key))
      report(at, `ECS sets net.*, fs.mqueue.* and a few of kernel.*, but not "${key}"; remove it`);
  }
  return textsByName(value.entries, '"sysctls"', report);
}
