import { checkAgreement } from "./checks/agreement.ts";
import { checkReferences, declaredIn } from "./checks/references.ts";
import { checkTargets } from "./checks/targets.ts";
import { checkDependsOn } from "./checks/depends-on.ts";
import { parseEnvFile } from "./env-file.ts";
import { isText } from "../tree/fields.ts";
import type { Report } from "../tree/problem.ts";
import { isActive, roleOf, type Checked } from "./role.ts";
import { entriesIn, itemsIn, valueOf, type Entry, type Mapping } from "../tree/tree.ts";
import type { ReadFile } from "./project.ts";

/**
 * Reports what Compose refuses although each key by itself is correct (compose-go, loader/validate.go and validation/):
 * for the services that are active in a build, and for the release services, which ECS runs.
 */
export function checkConsistency(root: Mapping, readFile: ReadFile, report: Report): void {
  const services = entriesIn(root, "services").flatMap(({ key: name, at, value: keys }): readonly Checked[] =>
    keys.kind === "mapping" ? [{ name, at, keys, role: roleOf(keys), active: isActive(keys) }] : [],
  );
  const declared = declaredIn(root);
  const looked = services.filter(({ active, role }) => active || role === "release");
  for (const service of services) checkEvery(service, report);
  for (const service of looked) {
    checkReferences(service, declared, report);
    checkAgreement(service.keys, report);
    checkTargets(service.keys, report);
    if (service.role === "test") checkTest(service, readFile, report);
  }
  checkDependsOn(looked, services, report);
  for (const kind of ["secrets", "configs"]) for (const entry of entriesIn(root, kind)) checkFile(entry, kind, report);
}

/** What Compose refuses of any service, active or not. */
function checkEvery({ keys }: Checked, report: Report): void {
  for (const item of itemsIn(keys, "volumes")) {
    const type = item.kind === "mapping" ? valueOf(item, "type") : undefined;
    const isBind = type?.kind === "scalar" && type.value === "bind";
    if (item.kind === "mapping" && isBind && valueOf(item, "source") === undefined)
      report(item.at, 'a mount of type "bind" has no "source"; write it');
  }
  const reserved = ["deploy", "resources", "reservations"].reduce<Mapping | undefined>((parent, key) => {
    const value = parent && valueOf(parent, key);
    return value?.kind === "mapping" ? value : undefined;
  }, keys);
  for (const device of [...itemsIn(keys, "gpus"), ...(reserved ? itemsIn(reserved, "devices") : [])]) {
    const given = device.kind === "mapping" ? valueOf(device, "device_ids") : undefined;
    if (device.kind === "mapping" && given !== undefined && valueOf(device, "count") !== undefined)
      report(given.at, '"count" and "device_ids" exclude each other; remove one');
  }
}

/** Checks a test service for what is checked for tasks when they are translated. */
function checkTest({ name, at, keys }: Checked, readFile: ReadFile, report: Report): void {
  const image = valueOf(keys, "image");
  const isNamed = image?.kind === "scalar" && image.value !== null && (!isText(image) || image.pieces.length > 0);
  if (!isNamed && !["build", "provider"].some((key) => valueOf(keys, key) !== undefined))
    report(image?.at ?? at, `service "${name}" has no image; write "image" or "build"`);
  const check = valueOf(keys, "healthcheck");
  const [first] = check?.kind === "mapping" ? itemsIn(check, "test") : [];
  if (first !== undefined && isText(first) && !["CMD", "CMD-SHELL", "NONE"].includes(first.pieces.join("")))
    report(first.at, '"test" must begin with CMD, CMD-SHELL or NONE; write ["CMD", "program", "argument"]');
  for (const file of itemsIn(keys, "label_file")) {
    const path = isText(file) ? file.pieces.join("") : undefined;
    const text = path === undefined ? undefined : readFile(path);
    if (path !== undefined && text === undefined)
      report(file.at, `there is no file ${path} to read; commit it or correct the path`);
    else if (path !== undefined && text !== undefined) parseEnvFile({ file: path, text, variables: {} }, report);
  }
}

function checkFile({ key: name, at, value }: Entry, kind: string, report: Report): void {
  if (value.kind !== "mapping") return;
  const sources = ["file", "environment", "content"].filter((key) => valueOf(value, key) !== undefined);
  const [first, second] = sources;
  if (second !== undefined) report(at, `"${name}" of "${kind}" has "${first ?? ""}" and "${second}"; remove one`);
  const elsewhere = ["external", "driver"].some((key) => valueOf(value, key) !== undefined);
  const isEmpty = kind === "secrets" && sources.every((key) => isEmptyText(value, key));
  if (!elsewhere && (first === undefined || isEmpty))
    report(at, `"${name}" of "${kind}" has no source; write "file" or "environment"`);
}

function isEmptyText(mapping: Mapping, key: string): boolean {
  const value = valueOf(mapping, key);
  return value !== undefined && isText(value) && value.pieces.join("") === "";
}
