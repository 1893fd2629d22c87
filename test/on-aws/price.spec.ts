import { expect } from "chai";
import { priceLines } from "../../rehearsal/aws/price.ts";

// 73 USD a month are 10 cents an hour: AWS's calculator has 730 hours in a month.
const estimate = {
  asOf: "November 2026",
  region: "us-east-1",
  stackRegion: "us-east-1",
  monthly: 73,
  lines: [
    { what: "load balancer", monthly: 58.4 },
    { what: "shop: 1 task", monthly: 14.6 },
  ],
  notCounted: ["builds, $0.005 a minute", "logs, $0.5 a GB"],
};

describe("the price of a rehearsal on AWS", () => {
  it("is said for an hour, for the builds, and in total", () => {
    expect(priceLines({ estimate, host: "SMALL", releases: 1 })).to.deep.equal([
      "price: at AWS's list prices of November 2026 for us-east-1, without taxes and free tiers",
      "  $0.08 an hour  load balancer",
      "  $0.02 an hour  shop: 1 task",
      "  $0.10 an hour for as long as it exists",
      "  $0.06 for about 12 minutes of builds in 1 release",
      "  $0.14 in total, if it takes 0.75 hours; no one has measured that yet",
      "  not included: logs, $0.5 a GB",
    ]);
  });

  it("grows with the releases of the whole journey", () => {
    const lines = priceLines({ estimate: { ...estimate, monthly: 146 }, host: "SMALL", releases: 3 });
    expect(lines).to.include("  $0.18 for about 36 minutes of builds in 3 releases");
    expect(lines).to.include("  $0.43 in total, if it takes 1.25 hours; no one has measured that yet");
  });

  it("says so where the region or the build's host has no price here", () => {
    const lines = priceLines({ estimate: { ...estimate, stackRegion: "eu-central-1" }, host: "2XLARGE", releases: 1 });
    expect(lines[0]).to.match(/; the prices of eu-central-1 differ$/);
    expect(lines).to.include("  12 minutes of builds; no price for 2XLARGE is known here");
  });
});
