import { expect } from "chai";
import { barLines } from "../../rehearsal/kit/bar.ts";

describe("the bar at the end of a rehearsal", () => {
  it("shows the part of each step in the whole time", () => {
    const steps = [
      { title: "up", seconds: 30, failed: false },
      { title: "push", seconds: 10, failed: true },
    ];
    expect(barLines(steps, 8)).to.deep.equal([
      "where the time went: 40 s",
      "  up    ██████     30.0 s",
      "  push  ██         10.0 s  failed",
    ]);
    expect(barLines([])).to.deep.equal(["where the time went: 0 s"]);
  });
});
