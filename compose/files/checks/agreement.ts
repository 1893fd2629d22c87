import { parseBytes } from "../../tree/bytes.ts";
import { isText, section } from "../../tree/fields.ts";
import type { Report } from "../../tree/problem.ts";
import { entriesIn, itemsIn, valueOf, type Mapping, type Scalar } from "../../tree/tree.ts";

/** Reports keys of a service that exclude each other in Compose, or that need the same value. */
export function checkAgreement(keys: Mapping, report: Report): void {
  checkPairs(keys, report);
  checkAmounts(keys, report);
  checkCount(keys, report);
  checkPlatform(keys, report);
  const develop = section(keys, "develop");
  for (const item of develop ? itemsIn(develop, "watch") : []) {
    const action = item.kind === "mapping" ? textOf(item, "action") : undefined;
    const needed = action !== undefined && !["rebuild", "restart"].includes(action.text);
    if (needed && item.kind === "mapping" && (textOf(item, "target")?.text ?? "") === "")
      report(item.at, `an item of "watch" has no "target", which "${action.text}" needs; write it`);
  }
}

/** Keys that exclude each other in Compose. */
function checkPairs(keys: Mapping, report: Report): void {
  const mode = valueOf(keys, "network_mode");
  const networks = keys.entries.find(({ key }) => key === "networks");
  const isEmpty = mode === undefined || (isText(mode) && mode.pieces.length === 0);
  if (!isEmpty && networks !== undefined && entriesIn(keys, "networks").length > 0)
    report(networks.at, '"network_mode" and "networks" exclude each other; remove one');
  const build = section(keys, "build");
  const inline = build?.entries.find(({ key }) => key === "dockerfile_inline");
  if (build && inline && [build].every((one) => isFilled(one, "dockerfile") && isFilled(one, "dockerfile_inline")))
    report(inline.at, '"dockerfile" and "dockerfile_inline" exclude each other; remove one');
}

function isFilled(mapping: Mapping, key: string): boolean {
  const value = valueOf(mapping, key);
  return value !== undefined && !(isText(value) && value.pieces.length === 0);
}

/** Pairs of keys that set the same thing; Compose compares them as soon as the section of the second key is written. */
const amounts = [
  ["cpus", "limits", "cpus", Number],
  ["mem_limit", "limits", "memory", parseBytes],
  ["mem_reservation", "reservations", "memory", parseBytes],
  ["pids_limit", "limits", "pids", Number],
] as const;

function checkAmounts(keys: Mapping, report: Report): void {
  for (const [key, part, inner, read] of amounts) {
    const own = textOf(keys, key);
    const under = section(section(section(keys, "deploy"), "resources"), part);
    const amount = own && read(own.text);
    if (own === undefined || under === undefined || amount === 0) continue;
    const other = textOf(under, inner);
    if (other === undefined && valueOf(under, inner) === undefined)
      report(
        own.value.at,
        `"${key}" is outside "deploy.resources.${part}", which the service has, too; write it there as "${inner}"`,
      );
    else if (other !== undefined && read(other.text) !== amount)
      report(own.value.at, `"${key}" and "deploy.resources.${part}" differ; remove one`);
  }
}

function checkCount(keys: Mapping, report: Report): void {
  const scale = textOf(keys, "scale");
  const deploy = section(keys, "deploy");
  const replicas = deploy && textOf(deploy, "replicas");
  if (scale !== undefined && replicas !== undefined && Number(scale.text) !== Number(replicas.text))
    report(scale.value.at, '"scale" and "deploy.replicas" differ; remove one');
  const name = valueOf(keys, "container_name");
  const count = Number((scale ?? replicas)?.text ?? 1);
  if (name !== undefined && count > 1)
    report(
      name.at,
      `"container_name" names one container, but "${scale ? "scale" : "deploy.replicas"}" is ${count}; remove "container_name"`,
    );
}

function checkPlatform(keys: Mapping, report: Report): void {
  const platform = textOf(keys, "platform");
  const build = section(keys, "build");
  const built = build
    ? itemsIn(build, "platforms").map((item) => (isText(item) ? item.pieces.join("") : undefined))
    : [];
  if (platform === undefined || platform.text === "" || built.length === 0) return;
  if (!built.includes(platform.text) && !built.includes(undefined))
    report(platform.value.at, '"platform" is not one of "build.platforms"; name the same platform in both');
}

function textOf(mapping: Mapping, key: string): { readonly text: string; readonly value: Scalar } | undefined {
  const value = valueOf(mapping, key);
  return value !== undefined && isText(value) ? { text: value.pieces.join(""), value } : undefined;
}
