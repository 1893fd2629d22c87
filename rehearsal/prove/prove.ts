import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { type Asked, removeLeftovers } from "../../local-cloud/index.ts";
import { startSurroundings, type Surroundings } from "../example/surroundings.ts";
import { runsFolder } from "../local/place.ts";
import { widest } from "./beyond.ts";
import type { Finding } from "./findings.ts";
import { complaintsOf, justificationOf } from "./justified.ts";
import { permissionsOf, type Permission } from "./permission.ts";
import { proveScenario } from "./prove-scenario.ts";
import { configure, otherSources } from "./other-sources.ts";
import { messageOfImages } from "./outside-runs.ts";
import { releaseScenarios, wholeRun } from "./releases.ts";
import { rolePolicies, type RolePolicy } from "./role-policies.ts";
import type { Scenario } from "./scenario.ts";
import { prefix, siteOf, type Site } from "./site.ts";
import { stepScenarios, type GoodRun } from "./steps.ts";
import { permissionsText, rowOf, withEarlier } from "./table.ts";

const usage = `npm run prove:permissions [-- --rest] [--only SCENARIO …]
  takes each permission of each role away in turn and runs what asks for it; writes docs/permissions.md
  --rest  tries only the permissions that the table neither shows nor keeps on AWS's word
  --only  runs the scenarios whose titles begin so, and keeps what the table says of all others`;

const document = fileURLToPath(new URL("../../docs/permissions.md", import.meta.url));
const began = performance.now();
const minutes = (): string => ((performance.now() - began) / 60_000).toFixed(1);
const say = (line: string) => {
  process.stdout.write(`${minutes().padStart(5)} min  ${line}\n`);
};

const asked: Asked[] = [];
const { only, rest, help } = options();
const earlier = readFileSync(document, "utf8");
if (help) {
  process.stdout.write(`${usage}\n`);
} else {
  await removeLeftovers(runsFolder);
  const around = await startSurroundings({
    environment: "staging",
    log: () => undefined,
    onAsked: (one) => void asked.push(one),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void around.close().finally(() => process.exit(1)));
  }
  try {
    const findings = await prove(around);
    await conclude(only.length === 0 ? findings : withEarlier(findings, earlier, prefix));
  } finally {
    await around.close();
  }
}

function options() {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    options: { only: { type: "string", multiple: true, default: [] }, rest: flag, help: flag },
  });
  return values;
}

/** The finding for each permission of the environment, in the order of roles and policies. */
async function prove(on: Surroundings): Promise<readonly Finding[]> {
  const site = siteOf(on);
  const findings = new Map<string, Finding>();
  const proveAll = async (scenariosOf: (policies: readonly RolePolicy[]) => readonly Scenario[]) => {
    const policies = await rolePolicies(on.client, prefix);
    for (const permission of policies.flatMap(({ role, policy }) => permissionsOf(role, policy)))
      if (!findings.has(keyOf(permission))) findings.set(keyOf(permission), known(permission));
    for (const scenario of scenariosOf(policies)) await proveIn(scenario, policies, site, findings);
  };
  const run = await firstRelease(on, site);
  say("staging is set up and released once");
  await proveAll((policies) => [...stepScenarios(site, run), ...releaseScenarios(site, run, policies)]);
  for (const { title, settings, fill } of otherSources) {
    configure(on, settings);
    await on.up();
    await fill(on);
    await proveAll((policies) => [
      wholeRun(site, title),
      ...(settings["sourceProvider"] === "ECR" ? [messageOfImages(site, policies)] : []),
    ]);
  }
  return inOrder(findings);
}

/** The finding for a permission before the first scenario. */
function known(permission: Permission): Finding {
  const [finding] = rest ? withEarlier([{ permission }], earlier, prefix) : [];
  return finding ?? { permission };
}

/** Tries every permission that has no result yet and that a scenario needs. */
async function proveIn(
  scenario: Scenario,
  policies: readonly RolePolicy[],
  site: Site,
  findings: Map<string, Finding>,
): Promise<void> {
  if (only.length > 0 && !only.some((title) => scenario.title.startsWith(title))) return;
  say(`▸ ${scenario.title}`);
  const found = await proveScenario({
    scenario,
    policies,
    evidence: { asked, listen: site.listen },
    isOpen: (permission) => isOpen(findings.get(keyOf(permission))),
    tell: (line) => {
      say(`    ${line}`);
    },
  });
  for (const finding of found) findings.set(keyOf(finding.permission), finding);
  // When a later scenario ends the proof, no result so far is lost.
  await write(withEarlier(inOrder(findings), earlier, prefix), earlier);
}

/** The findings by role, in the order of the policies. */
function inOrder(findings: ReadonlyMap<string, Finding>): readonly Finding[] {
  return [...findings.values()].toSorted(
    (a, b) => Number(a.permission.role > b.permission.role) - Number(a.permission.role < b.permission.role),
  );
}

async function write(findings: readonly Finding[], kept = ""): Promise<void> {
  const text = permissionsText(findings, prefix, kept);
  writeFileSync(document, await format(text, { parser: "markdown", proseWrap: "preserve", printWidth: 120 }));
}

function isOpen(finding: Finding | undefined): boolean {
  if (rest && finding !== undefined && justificationOf(finding.permission) !== undefined) return false;
  return finding?.fails === undefined && finding?.unread !== true;
}

/** Writes the table, and prints which permissions can be removed. */
async function conclude(findings: readonly Finding[]): Promise<void> {
  await write(findings);
  const shown = findings.filter(({ fails }) => fails !== undefined).length;
  say(
    `${shown} of ${findings.length} permissions are needed here, in ${minutes()} minutes; the table is docs/permissions.md`,
  );
  for (const complaint of complaintsOf(findings)) {
    process.stderr.write(`${complaint}\n`);
    process.exitCode = 1;
  }
}

/** The same for a permission in each set-up. */
function keyOf(permission: Permission): string {
  return Object.values(rowOf(permission, prefix)).join(" ");
}

/** Sets staging up with the widest settings, and releases its first commit. */
async function firstRelease(on: Surroundings, site: Site): Promise<GoodRun> {
  configure(on, widest);
  await on.up();
  await on.finishHandshake();
  const { executionId } = await on.push();
  const { status } = await on.runOf(executionId);
  if (status !== "Succeeded") throw new Error(`the first release is ${status}: ${await on.buildLog()}`);
  return {
    executionId,
    source: await site.inputOf(executionId, "Build"),
    buildOutput: await site.inputOf(executionId, "Migrate"),
  };
}
