import { expect } from "chai";
import { takes } from "../rehearsal/cloud/ecs/listener-route.ts";

describe("a rule of the rehearsed load balancer", () => {
  const rule = {
    Conditions: [
      { Field: "host-header", HostHeaderConfig: { Values: ["*.example.com"] } },
      { Field: "path-pattern", PathPatternConfig: { Values: ["/api/*", "/v?"] } },
    ],
  };
  const taken = (host: string, path: string): boolean => takes(rule, { host, path });

  it("takes a request that meets every condition; hosts without their case, paths with it", () => {
    expect([
      taken("API.example.com", "/api/orders"),
      taken("api.example.com", "/v2"),
      taken("example.com", "/api/orders"),
      taken("api.example.com", "/API/orders"),
      taken("api.example.com", "/v22"),
      taken("apixexample.com", "/v2"),
    ]).to.deep.equal([true, true, false, false, false, false]);
  });

  it("refuses a condition that it does not know", () => {
    const other = { Conditions: [{ Field: "source-ip", Values: ["10.0.0.0/8"] }] };
    expect(() => takes(other, { host: "a", path: "/" })).to.throw("knows no condition source-ip");
  });
});
