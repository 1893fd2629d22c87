import { describeFargateMemory, fargateCpus, isFargateSize, type FargateSize } from "../compose/index.ts";
import type { BaseImage } from "../components/build/base-images.ts";
import { isTimeZone, isWindow, type DeploymentWindow } from "../components/pipeline/deployment-window.ts";
import type { ApprovalSettings } from "../components/pipeline/approve-stage.ts";
import type { SmokeTestSettings } from "../components/build/smoke-test.ts";
import { between, flag, optional, refuse, strings, text, textOrEmpty } from "./keys.ts";
import type { KeyOf } from "./table.ts";

/** Images that a build takes from elsewhere: their names in Dockerfiles, and where they come from. */
export function baseImages(): readonly BaseImage[] {
  const found = new Map<string, BaseImage>();
  for (const entry of strings("baseImages")) {
    const [, image = "", reference = ""] =
      /^([a-z0-9][\w./:-]*)=([a-z0-9][\w./:@-]*)$/.exec(entry) ??
      refuse("baseImages", entry, "IMAGE=REFERENCE, as in debian:12=public.ecr.aws/docker/library/debian:12");
    if (found.has(image)) refuse("baseImages", entry, `${image} once`);
    found.set(image, { image, reference });
  }
  return [...found.values()];
}

/** The configured size of a task, or undefined if the limits of the Compose file decide. */
export function taskSize(): FargateSize | undefined {
  const [cpu, memoryMiB] = [between("taskCpu", 0, 16_384), between("taskMemoryMiB", 0, 122_880)];
  if (cpu === 0 && memoryMiB === 0) return undefined;
  const size = { cpu, memoryMiB };
  return isFargateSize(size)
    ? size
    : fargateCpus.includes(cpu)
      ? refuse("taskMemoryMiB", memoryMiB, `${describeFargateMemory(cpu)}, which Fargate allows with taskCpu ${cpu}`)
      : refuse("taskCpu", cpu, `one of ${fargateCpus.join(", ")}, or 0 for taskCpu and taskMemoryMiB`);
}

/** What the application must answer after a release, or undefined if there is no smoke test. */
export function smokeTest(): SmokeTestSettings | undefined {
  const url = optional("smokeTestUrl", /^(\/\S*|https?:\/\/\S+)$/, "a path that begins with /, or a URL");
  const answer = textOrEmpty("smokeTestAnswer");
  if (url !== undefined) return { url, answer };
  if (answer !== "") refuse("smokeTestAnswer", answer, "it only together with smokeTestUrl");
  return undefined;
}

/** The manual approval before a release, or undefined if a run releases without one. */
export function approval(): ApprovalSettings | undefined {
  const wanted = flag("approval");
  // A manual approval takes 5 minutes to 60 days (CodePipeline, "Quotas").
  const timeoutMinutes = between("approvalTimeoutMinutes", 5, 86_400);
  return wanted ? { timeoutMinutes } : undefined;
}

/** The Compose files of the environment, in the order in which Compose reads them. */
export function composeFiles(environment: string): readonly string[] {
  const found = strings("composeFiles");
  for (const [index, path] of found.entries()) {
    if (!/^(?!.*\.\.)[\w.-][\w./-]*\.ya?ml$/.test(path))
      refuse("composeFiles", path, "paths of .yml files in the repository, as in deploy/compose.yml");
    if (found.indexOf(path) !== index) refuse("composeFiles", path, "each file once");
  }
  return found.length === 0 ? [`docker-compose-${environment}.yml`] : found;
}

/** E-mail addresses, each once. */
export function emails(key: KeyOf<"array">): readonly string[] {
  const found = strings(key);
  for (const [index, address] of found.entries()) {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) refuse(key, address, "e-mail addresses, as in team@example.com");
    if (found.indexOf(address) !== index) refuse(key, address, "each address once");
  }
  return found;
}

/** When a run may enter Release, or undefined if it always may. */
export function deploymentWindow(): DeploymentWindow | undefined {
  const cron = textOrEmpty("deploymentWindow");
  const timeZone = text("deploymentWindowTimeZone");
  if (!isTimeZone(timeZone)) {
    refuse(
      "deploymentWindowTimeZone",
      timeZone,
      "a region as in Europe/Berlin, UTC as in UTC+05:30, or an abbreviation",
    );
  }
  if (cron === "") return undefined;
  if (!isWindow(cron)) {
    const fields =
      "six or seven cron fields (seconds, which are always *, minutes hours day-of-month month day-of-week year)";
    refuse("deploymentWindow", cron, `${fields}, as in * * 9-16 ? * MON-FRI *`);
  }
  return { cron, timeZone };
}
