import { expect } from "chai";
import { redirectOf, takes } from "../../../../local-cloud/ecs/balancing/listener-route.ts";

describe("a rule of the local load balancer", () => {
  const rule = {
    Conditions: [
      { Field: "host-header", HostHeaderConfig: { Values: ["*.example.com"] } },
      { Field: "path-pattern", PathPatternConfig: { Values: ["/api/*", "/v?"] } },
    ],
  };
  const taken = (host: string, path: string): boolean => takes(rule, { host, path });

  it("matches a request that meets every condition; hosts without regard to case, paths with it", () => {
    expect([
      taken("API.example.com", "/api/orders"),
      taken("api.example.com", "/v2"),
      taken("example.com", "/api/orders"),
      taken("api.example.com", "/API/orders"),
      taken("api.example.com", "/v22"),
      taken("apixexample.com", "/v2"),
    ]).to.deep.equal([true, true, false, false, false, false]);
  });

  it("throws for a condition that the local cloud does not know", () => {
    const other = { Conditions: [{ Field: "source-ip", Values: ["10.0.0.0/8"] }] };
    expect(() => takes(other, { host: "a", path: "/" })).to.throw("knows no condition source-ip");
  });
});

// "Any components that you do not modify retain their original values" (API reference, RedirectActionConfig)
describe("a redirect of the local load balancer", () => {
  const request = { host: "shop.example.com", path: "/notes/1", query: "a=1&b=2" };
  const plain = { port: 80, secure: false };

  it("goes to HTTPS with its port, and keeps host, path and query", () => {
    const toHttps = { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } as const;
    expect([redirectOf(toHttps, request, plain), redirectOf(toHttps, { ...request, query: "" }, plain)]).to.deep.equal([
      { status: 301, location: "https://shop.example.com:443/notes/1?a=1&b=2" },
      { status: 301, location: "https://shop.example.com:443/notes/1" },
    ]);
  });

  it("replaces the placeholders in each part", () => {
    const moved = { Host: "new.#{host}", Path: "/v2/#{path}", Query: "#{query}&c=3", StatusCode: "HTTP_302" } as const;
    expect(redirectOf(moved, request, plain)).to.deep.equal({
      status: 302,
      location: "http://new.shop.example.com:80/v2/notes/1?a=1&b=2&c=3",
    });
  });
});
