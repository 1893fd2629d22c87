import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import { readEarlierState, writeState } from "./earlier-state.ts";
import { type Engine, startEngine } from "./engine.ts";

// People have stacks of earlier programs: an `up` of this one removes nothing from them but the step Watch.
describe("an up of a stack of a much earlier program", function () {
  this.timeout(120_000);
  let engine: Engine;

  before(async () => {
    engine = await startEngine();
  });
  after(() => engine.close());

  it("replaces and deletes only task definitions and the step Watch, and keeps the identity of all other resources", async () => {
    keepOwnDatabase(join(engine.directory, "Pulumi.production.yaml"));
    const earlier = readEarlierState();
    await engine.change(() => earlier.cloud);
    writeState(engine.state, earlier);
    const steps: string[] = [];
    const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
      if (event && /replace|delete/.test(event.metadata.op)) steps.push(`${event.metadata.op} ${event.metadata.type}`);
    };
    await engine.run("up", "production", { configuration: { sourceRepository: "acme/shop" }, onEvent });
    // A changed template is a new revision; the old one stays ACTIVE. Verify does what the step Watch did.
    const others = steps.filter((step) => !step.endsWith(" aws:ecs/taskDefinition:TaskDefinition"));
    expect(others.toSorted()).to.deep.equal(
      [...ofWatch, "compose-ecs-pipeline:index:ActorRole", "compose-ecs-pipeline:index:BuildProject"].map(
        (type) => `delete ${type}`,
      ),
    );
    const file = join(engine.state, ".pulumi", "stacks", "compose-ecs-pipeline", "production.json");
    const now = JSON.parse(readFileSync(file, "utf8")) as {
      readonly checkpoint: { readonly latest: { readonly resources: readonly Identified[] } };
    };
    const ids = (resources: readonly Identified[]) => resources.filter(({ type }) => type.startsWith("aws:")).map(idOf);
    const kept = new Set(ids(now.checkpoint.latest.resources));
    const gone = ids(earlier.resources).filter((id) => !kept.has(id));
    expect(gone.map((id) => id.split(" ").slice(0, 2).join(" ")).toSorted()).to.deep.equal(
      ofWatch.map((type) => `${type} shop-production-watch${type.endsWith("Policy") ? "-statements" : ""}`),
    );
  });
});

/** What AWS has of a step: its log, its project, and its role with its policy. */
const ofWatch = [
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:codebuild/project:Project",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
];

/** Writes into production's file what such a stack has there: a separate database, whose URL a person put. */
function keepOwnDatabase(file: string): void {
  const lines = readFileSync(file, "utf8").split("\n");
  const others = lines.filter((line) => !line.includes(":database"));
  if (others.length === lines.length) throw new Error(`${file}: it has no database`);
  writeFileSync(file, others.join("\n").replace(":parameters:\n", ":parameters:\n    - DATABASE_URL\n"));
}

interface Identified {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
}

/** Type, name and id in AWS, whatever component holds it. */
const idOf = ({ urn, type, id }: Identified): string => `${type} ${urn.split("::").at(-1) ?? ""} ${id ?? ""}`;
