import { expect } from "chai";
import { missingValueLines, valuesOf, type ValuesArgs } from "../../rehearsal/any/values.ts";

const declared: ValuesArgs["declared"] = {
  DATABASE_URL: { name: "/shop/staging/DATABASE_URL", from: "person" },
  API_KEY: { name: "/shared/api-key", from: "elsewhere" },
  SECRET_KEY_BASE: { name: "/shop/staging/SECRET_KEY_BASE", from: "secrets" },
  LOCALE: { name: "/shop/staging/LOCALE", from: "settings" },
  REDIS_URL: { name: "/shop/staging/REDIS_URL", from: "store" },
};
const asked = (args: Partial<ValuesArgs> = {}) =>
  valuesOf({ declared, databaseVariable: "DATABASE_URL", given: {}, madeUp: [], ...args });

describe("the values of a rehearsal", () => {
  it("are missing for everything that a person has to give, but the URL of the database, which is started", () => {
    expect(asked()).to.deep.equal({
      parameters: {},
      secrets: {},
      database: "/shop/staging/DATABASE_URL",
      missing: ["API_KEY", "SECRET_KEY_BASE"],
      notes: ["DATABASE_URL: the URL of a PostgreSQL that is started for the rehearsal"],
    });
  });

  it("come from the file, by the parameter's own name or as the stack's secret; a URL in it needs no database", () => {
    const given = { DATABASE_URL: "postgres://elsewhere/shop", API_KEY: "1", SECRET_KEY_BASE: "2", OTHER: "3" };
    expect(asked({ given })).to.deep.equal({
      parameters: { "/shop/staging/DATABASE_URL": "postgres://elsewhere/shop", "/shared/api-key": "1" },
      secrets: { SECRET_KEY_BASE: "2" },
      database: undefined,
      missing: [],
      notes: [],
    });
  });

  it("start a database for the variable that the stack names, and for no other", () => {
    const { database, missing } = asked({ databaseVariable: "SHOP_DB" });
    expect([database, missing]).to.deep.equal([undefined, ["DATABASE_URL", "API_KEY", "SECRET_KEY_BASE"]]);
  });

  it("are random only where a person asks for it, and another one each time", () => {
    const made = [asked({ madeUp: ["SECRET_KEY_BASE"] }), asked({ madeUp: ["SECRET_KEY_BASE"] })];
    for (const { secrets, missing, notes } of made) {
      expect(secrets["SECRET_KEY_BASE"]).to.match(/^[0-9a-f]{64}$/);
      expect([missing, notes.at(-1)]).to.deep.equal([["API_KEY"], "SECRET_KEY_BASE: a random value"]);
    }
    expect(made[0]?.secrets).not.to.deep.equal(made[1]?.secrets);
  });

  it("are asked for all at once, with the ways to give them", () => {
    expect(missingValueLines(["A", "B"], undefined)).to.deep.equal([
      "no value: A, B; write a line NAME=value for each into a file, and give it with --env-file FILE",
      "  where any value will do, --made-up A gives it a random one",
    ]);
    expect(missingValueLines(["A"], "local.env")[0]).to.equal(
      "no value: A; write a line NAME=value for each into local.env",
    );
    expect(missingValueLines([], undefined)).to.deep.equal([]);
  });
});
