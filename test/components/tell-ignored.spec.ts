import { expect } from "chai";
import { tellIgnored } from "../../components/plan.ts";
import { startCloud } from "../support/cloud.ts";

describe("a key of a Compose file that changes nothing", () => {
  it("is logged with its place and the reason, and what is probably a mistake is a warning", async () => {
    await startCloud();
    const told: unknown[] = [];
    const { log, warn } = console;
    console.log = console.warn = (line: unknown) => told.push(line);
    try {
      const at = { file: "docker-compose-staging.yml", line: 1, column: 1 };
      await tellIgnored({
        ignored: [{ key: "version", reason: "Compose itself ignores it", at }],
        notes: [{ message: "it is seldom meant", at }],
      });
    } finally {
      Object.assign(console, { log, warn });
    }
    expect(told).to.deep.equal([
      "info: [runtime] docker-compose-staging.yml:1:1: version is ignored: Compose itself ignores it",
      "warning: [runtime] docker-compose-staging.yml:1:1: it is seldom meant",
    ]);
  });
});
