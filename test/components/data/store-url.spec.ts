import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { storeUrl, storeUrlPattern } from "../../../components/data/store-url.ts";

const base = {
  scheme: "postgres",
  user: "app",
  host: "shop\\.[\\w.-]+",
  port: 5432,
  path: "shop",
  query: "sslmode=require",
};

describe("the URL of a server", () => {
  it("encodes special characters", () => {
    expect(storeUrl({ ...base, password: "a#b?c%d=" }, "shop.c0ffee.rds.amazonaws.com")).to.equal(
      "postgres://app:a%23b%3Fc%25d%3D@shop.c0ffee.rds.amazonaws.com:5432/shop?sslmode=require",
    );
  });

  it("needs neither a user nor a query", () => {
    const { query, ...others } = base;
    expect(storeUrl({ ...others, scheme: "rediss", user: "", password: "x", path: "0" }, `host-${query}`)).to.equal(
      "rediss://:x@host-sslmode=require:5432/0",
    );
  });

  it("is known except for its host before the server exists", () => {
    const password = `${randomBytes(8).toString("hex")}(.*+$`;
    const pattern = storeUrlPattern({ ...base, password });
    const known = [
      storeUrl({ ...base, password }, "shop.c0ffee.us-east-1.rds.amazonaws.com"),
      storeUrl({ ...base, password }, "other.c0ffee.us-east-1.rds.amazonaws.com"),
      storeUrl({ ...base, password: `${password}x` }, "shop.c0ffee.us-east-1.rds.amazonaws.com"),
      storeUrl({ ...base, password, port: 5433 }, "shop.c0ffee.us-east-1.rds.amazonaws.com"),
      storeUrl({ ...base, password, query: "sslmode=disable" }, "shop.c0ffee.us-east-1.rds.amazonaws.com"),
    ];
    expect(known.map((url) => pattern.test(url))).to.deep.equal([true, false, false, false, false]);
  });
});
