import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { TaskCount } from "../../scripts/up/cost-estimate.ts";
import { costEstimate } from "../../scripts/up/cost-estimate.ts";
import { prices, hoursAMonth } from "../../scripts/up/prices.ts";
import { testStack } from "../../testing/index.ts";
import { textOf } from "../support/pages.ts";

/** What a stack costs a month without use, in whole dollars. A NAT gateway is a part of a package: it is added here. */
async function monthly(stack: string, config: Readonly<Record<string, string | readonly string[]>> = {}, gateways = 0) {
  const { resources, outputs } = await testStack({ stack, config: { sourceRepository: "acme/shop", ...config } });
  const { taskCounts } = outputs["environment"] as { taskCounts: Readonly<Record<string, TaskCount>> };
  const nat = (prices.natGatewayHour + prices.publicIpv4Hour) * hoursAMonth * gateways;
  return Math.round(costEstimate(resources, taskCounts).monthly + nat);
}

/** The prices in the column of a page's first table with prices. */
const pricesOf = (page: string): readonly number[] =>
  [...textOf(page).matchAll(/^\| .*\| (\d+)\s+\|$/gm)].map(([, price]) => Number(price));

describe("the prices in README.md and docs/cost.md", function () {
  this.timeout(20_000);
  let folder = "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "costs-"));
    writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");
    const service = "services:\n  web:\n    build: .\n    image: shop/web\n";
    writeFileSync(join(folder, "worker.yml"), service);
    writeFileSync(join(folder, "web.yml"), `${service}    ports: ["80:8080"]\n`);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const smallest = (file: string) =>
    monthly("staging", { applicationDirectory: folder, composeFiles: [file], parameters: [], buildspec: "" });

  it("are what `cost` calculates for the smallest environments and for the example's", async () => {
    const small = [await smallest("web.yml"), await smallest("worker.yml"), await monthly("staging")];
    expect(pricesOf("README.md")).to.deep.equal([...small, await monthly("production", {}, 1)]);
    const production = [
      await monthly("production"),
      (await monthly("production", {}, 1)) - (await monthly("production")),
    ];
    expect(pricesOf("docs/cost.md").slice(0, 4)).to.deep.equal([...small, production[0]]);
    expect(pricesOf("docs/cost.md")[4]).to.be.closeTo(production[1] ?? 0, 1);
  });

  it("have the date and the region of `cost`", () => {
    for (const page of ["README.md", "docs/cost.md"]) {
      expect(textOf(page).replaceAll("\n", " ")).to.include(prices.asOf).and.include(prices.region);
    }
  });
});
