import { expect } from "chai";
import { tellIgnored } from "../../components/tell-ignored.ts";
import { startCloud } from "../support/cloud.ts";

describe("keys that are ignored", () => {
  it("are told, each with its place and the reason", async () => {
    await startCloud();
    const told: unknown[] = [];
    const { log } = console;
    console.log = (line: unknown) => told.push(line);
    try {
      const at = { file: "docker-compose-staging.yml", line: 1, column: 1 };
      await tellIgnored({ ignored: [{ key: "version", reason: "Compose itself ignores it", at }] });
    } finally {
      console.log = log;
    }
    expect(told).to.deep.equal([
      "info: [runtime] docker-compose-staging.yml:1:1: version is ignored: Compose itself ignores it",
    ]);
  });
});
