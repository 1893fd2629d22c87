import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { planStores } from "../../../components/data/store-plans.ts";
import { Refusal } from "../../../components/kit/refusal.ts";
import { refusal, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { cacheSettings, databaseSettings } from "../../support/stores.ts";

/** A store that holds the given parameters. */
const stored = (values: Readonly<Record<string, string>>) =>
  startCloud({
    answers: {
      "aws:ssm/getParameter:getParameter": ({ name }) => {
        const value = values[String(name)];
        if (value === undefined) throw refusal(`reading SSM Parameter (${String(name)}): couldn't find resource`);
        return { name, value, version: 1 };
      },
    },
  });

const both = { database: databaseSettings(), cache: cacheSettings() };
const passwordParameter = "/shop/staging/.database/password";

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no refusal",
    (error: unknown) => (error instanceof Refusal ? error.message : error),
  );

describe("the plans of an environment's servers", () => {
  it("are undefined if no server is configured, and nothing is looked up", async () => {
    await startCloud();
    expect(await planStores(staging, { database: undefined, cache: undefined })).to.deep.equal({
      database: undefined,
      cache: undefined,
      expected: {},
    });
  });

  it("have new passwords at the first up, different from each other and from those of another run", async () => {
    await stored({});
    const plans = [await planStores(staging, both), await planStores(staging, both)];
    const passwords = plans.flatMap(({ database, cache }) => [database?.url.password, cache?.url.password]);
    expect(new Set(passwords).size).to.equal(4);
    expect(passwords.filter((password) => !/^[0-9a-f]{40}$/.test(password ?? ""))).to.deep.equal([]);
  });

  it("keep the passwords of the first up", async () => {
    const [password, token] = [randomBytes(20).toString("hex"), randomBytes(20).toString("hex")];
    await stored({ [passwordParameter]: password, "/shop/staging/.cache/token": token });
    const { database, cache } = await planStores(staging, both);
    expect([database?.url, cache?.url]).to.deep.equal([
      {
        scheme: "postgres",
        user: "app",
        password,
        host: String.raw`shop-staging\.(?!cluster-)[\w.-]+`,
        port: 5432,
        path: "shop_staging",
        query: "sslmode=require",
      },
      {
        scheme: "rediss",
        user: "",
        password: token,
        host: String.raw`master\.shop-staging\.[\w.-]+`,
        port: 6379,
        path: "0",
      },
    ]);
  });

  it("know each URL except its host, and distinguish Aurora from an instance", async () => {
    const password = randomBytes(20).toString("hex");
    await stored({ [passwordParameter]: password });
    const urls = ["", "cluster-"].flatMap((of) => [
      `postgres://app:${password}@shop-staging.${of}c0ffee.us-east-1.rds.amazonaws.com:5432/shop_staging?sslmode=require`,
      `mysql2://app:${password}@shop-staging.${of}c0ffee.us-east-1.rds.amazonaws.com:3306/shop_staging?ssl_mode=required`,
    ]);
    const fits = [];
    for (const engine of ["postgres", "mysql", "aurora-postgresql", "aurora-mysql"] as const) {
      const { expected } = await planStores(staging, { database: databaseSettings({ engine }), cache: undefined });
      fits.push(urls.map((url) => expected["DATABASE_URL"]?.test(url)));
    }
    expect(fits).to.deep.equal([
      [true, false, false, false],
      [false, true, false, false],
      [false, false, true, false],
      [false, false, false, true],
    ]);
  });

  it("accept a variable whose value this stack has set before, also with an earlier password or engine", async () => {
    await stored({
      "/shop/staging/DATABASE_URL": "mysql2://app:old@shop-staging.cluster-c0ffee.us-east-1.rds.amazonaws.com:3306/x",
      "/shop/staging/REDIS_URL": "rediss://:old@master.shop-staging.c0ffee.use1.cache.amazonaws.com:6379/0",
    });
    expect(Object.keys((await planStores(staging, both)).expected)).to.deep.equal(["DATABASE_URL", "REDIS_URL"]);
  });

  it("refuse a variable that leads to another server", async () => {
    for (const host of ["db.example", "shop-staging-2.c0ffee.us-east-1.rds.amazonaws.com", "shop-production.c0ffee"]) {
      await stored({ "/shop/staging/DATABASE_URL": `postgres://app:x@${host}:5432/shop` });
      expect(await failureOf(planStores(staging, both)), host).to.equal(
        "DATABASE_URL: /shop/staging/DATABASE_URL already has a value, which does not lead to a server of this stack; set databaseVariable to another name, or delete the parameter if nothing runs yet (nothing was changed)",
      );
    }
  });

  it("refuse a stored password that AWS would not accept, and do not show it", async () => {
    await stored({ [passwordParameter]: "too short/" });
    expect(await failureOf(planStores(staging, both))).to.equal(
      "/shop/staging/.database/password: its value is not a password that AWS accepts (16 to 41 letters, digits and !#$%^&*()_+=.,~-); delete the parameter, and `up` creates a new one",
    );
  });

  it("do not count a denied request as a missing password, because a new one would lock the tasks out", async () => {
    await startCloud({
      answers: {
        "aws:ssm/getParameter:getParameter": () => {
          throw refusal("AccessDeniedException: not authorized to perform ssm:GetParameter");
        },
      },
    });
    expect(String(await failureOf(planStores(staging, both)))).to.equal(
      "Error: AccessDeniedException: not authorized to perform ssm:GetParameter",
    );
  });
});
