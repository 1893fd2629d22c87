import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import { readEarlierState, writeState } from "./earlier-state.ts";
import { type Engine, startEngine } from "./engine.ts";

// People have stacks that an earlier program made: an `up` of this one takes nothing away from them.
describe("an up of a stack that an earlier program made", function () {
  this.timeout(120_000);
  let engine: Engine;

  before(async () => {
    engine = await startEngine();
  });
  after(() => engine.close());

  it("replaces and deletes nothing but what may be made anew, and keeps the identity of all else", async () => {
    const earlier = readEarlierState();
    await engine.change(() => earlier.cloud);
    writeState(engine.state, earlier);
    const steps: string[] = [];
    const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
      if (event && /replace|delete/.test(event.metadata.op)) steps.push(`${event.metadata.op} ${event.metadata.type}`);
    };
    await engine.run("up", "production", { configuration: { sourceRepository: "acme/shop" }, onEvent });
    // A changed template is a new revision; the old one stays ACTIVE.
    expect(steps.filter((step) => !step.endsWith(" aws:ecs/taskDefinition:TaskDefinition"))).to.deep.equal([]);
    const file = join(engine.state, ".pulumi", "stacks", "compose-ecs-pipeline", "production.json");
    const now = JSON.parse(readFileSync(file, "utf8")) as {
      readonly checkpoint: { readonly latest: { readonly resources: readonly Identified[] } };
    };
    const ids = (resources: readonly Identified[]) => resources.filter(({ type }) => type.startsWith("aws:")).map(idOf);
    const kept = new Set(ids(now.checkpoint.latest.resources));
    expect(ids(earlier.resources).filter((id) => !kept.has(id))).to.deep.equal([]);
  });
});

interface Identified {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
}

/** Type, name and id in AWS, whatever component holds it. */
const idOf = ({ urn, type, id }: Identified): string => `${type} ${urn.split("::").at(-1) ?? ""} ${id ?? ""}`;
