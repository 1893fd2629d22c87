import { expect } from "chai";
import fc from "fast-check";
import { arrive, depart, setTransition } from "../../../local-cloud/codepipeline/stage-gate.ts";
import type { GateChange, StageGate } from "../../../local-cloud/codepipeline/stage-gate.ts";

describe("the gate before a stage (CodePipeline user guide, How pipeline executions work)", () => {
  const one = { id: "one", number: 1 };
  const two = { id: "two", number: 2 };
  const three = { id: "three", number: 3 };
  const open: StageGate = { disabled: false };

  it("rule 1: lets a run into a free stage and locks it", () => {
    expect(arrive(open, one)).to.deep.equal({ gate: { disabled: false, inside: one }, enters: one });
  });

  it("rule 2: holds a run before a locked stage until the lock is released, by success or failure", () => {
    const { gate } = arrive({ disabled: false, inside: one }, two);
    expect(gate).to.deep.equal({ disabled: false, inside: one, waiting: two });
    expect(depart(gate, "one")).to.deep.equal({ gate: { disabled: false, inside: two }, enters: two });
  });

  it("rule 3: supersedes the waiting run by a more recent one, in any order of arrival", () => {
    const held: StageGate = { disabled: false, inside: one, waiting: two };
    expect(arrive(held, three)).to.deep.equal({
      gate: { disabled: false, inside: one, waiting: three },
      superseded: two,
    });
    expect(arrive({ ...held, waiting: three }, two)).to.deep.equal({
      gate: { disabled: false, inside: one, waiting: three },
      superseded: two,
    });
  });

  it("holds the latest run before a disabled transition, and lets it in when that is enabled again", () => {
    const disabled = setTransition(open, false).gate;
    const first = arrive(disabled, one).gate;
    const second = arrive(first, two);
    expect(second).to.deep.equal({ gate: { disabled: true, waiting: two }, superseded: one });
    expect(setTransition(second.gate, true)).to.deep.equal({ gate: { disabled: false, inside: two }, enters: two });
  });

  it("forgets a run that stops waiting, and is then free", () => {
    expect(depart({ disabled: false, inside: one, waiting: two }, "two")).to.deep.equal({
      gate: { disabled: false, inside: one },
    });
  });

  it("never has two runs inside, loses no run, and always lets the most recent run through", () => {
    const step = fc.constantFrom("arrive", "depart", "disable", "enable");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let gate: StageGate = open;
        let arrived = 0;
        const ended: string[] = [];
        const entered: number[] = [];
        const apply = (change: GateChange): void => {
          gate = change.gate;
          if (change.superseded !== undefined) ended.push(change.superseded.id);
          if (change.enters !== undefined) entered.push(change.enters.number);
        };
        for (const what of [...steps, "enable", "depart", "depart"]) {
          const { inside } = gate;
          if (what === "arrive") apply(arrive(gate, { id: String((arrived += 1)), number: arrived }));
          else if (what === "depart" && inside !== undefined) {
            ended.push(inside.id);
            apply(depart(gate, inside.id));
          } else if (what !== "depart") apply(setTransition(gate, what === "enable"));
        }
        expect(ended.toSorted((a, b) => Number(a) - Number(b))).to.deep.equal(
          Array.from({ length: arrived }, (_, index) => String(index + 1)),
        );
        expect(entered).to.deep.equal(entered.toSorted((a, b) => a - b));
        if (arrived > 0) expect(entered.at(-1)).to.equal(arrived);
      }),
    );
  });
});
