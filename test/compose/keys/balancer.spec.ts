import { expect } from "chai";
import { describe, it } from "mocha";
import { applicationOf, problemsOf } from "../support.ts";

const file = (balancer: string, more = ""): string => `services:
  web: {image: x/web, build: ., ports: [3000]}
  api:
    image: x/web
    ports: [4000]
    x-ecs: {service: api, balancer: ${balancer}}
${more}`;

describe("the balancer of x-ecs", () => {
  it("sends an ECS service its own requests, and a client to the task that answered it first", () => {
    const { services } = applicationOf(file("{paths: [/api/*, /v2], hosts: [API.example.com], sticky: 1h}"));
    expect(services.map(({ name, entry }) => [name, entry])).to.deep.equal([
      ["", { container: "web", port: 3000 }],
      [
        "api",
        {
          container: "api",
          port: 4000,
          rule: { paths: ["/api/*", "/v2"], hosts: ["api.example.com"] },
          stickySeconds: 3600,
        },
      ],
    ]);
  });

  it("may be used for the environment's own ECS service without a name", () => {
    const { services } = applicationOf(
      "services:\n  web: {image: x, build: ., ports: [80], x-ecs: {balancer: {sticky: 5m}}}\n",
    );
    expect(services.map(({ name, entry }) => [name, entry])).to.deep.equal([
      ["", { container: "web", port: 80, stickySeconds: 300 }],
    ]);
  });

  const refused: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "that says nothing",
      file("{}"),
      [
        '5:13: "web" and "api" both publish ports, but no rule says which of them gets a request; write "balancer" with "paths" or "hosts" below "x-ecs", or "expose"',
        '6:37: "balancer" of "x-ecs" is empty; write "paths", "hosts" or "sticky"',
      ],
    ],
    [
      "with a key it does not have",
      file("{path: /api}"),
      [
        '5:13: "web" and "api" both publish ports, but no rule says which of them gets a request; write "balancer" with "paths" or "hosts" below "x-ecs", or "expose"',
        '6:38: "path" of "balancer" of "x-ecs" is not supported; did you mean "paths"?',
      ],
    ],
    [
      "with a path that begins with no slash, a host without a dot and a cookie of two weeks",
      file("{paths: [/v1, api], hosts: [api], sticky: 336h}"),
      [
        '6:51: "paths" has "api"; write at most 128 letters, digits and special characters, beginning with "/", such as /api/*',
        '6:65: "hosts" has "api"; write a host name of at most 128 characters with a dot in it, such as api.example.com or *.example.com',
        '6:79: "sticky" is "336h", which ECS does not take; write whole seconds from 1s to 604800s',
      ],
    ],
    [
      "with more than a rule of ELB holds",
      file("{paths: [/*/*/a, /*/*/b, /*/*/c, /d, /e], hosts: [a.example.com]}"),
      ["6:37: a rule of the balancer has at most 5 paths and hosts together, not 6; use patterns, such as /api/*"],
    ],
    [
      "with too many wildcards",
      file("{paths: [/*/*/a, /*/*/b, /*/*/c, /?]}"),
      ["6:37: a rule of the balancer has at most 6 wildcards, not 7; remove some"],
    ],
    [
      "of a service that publishes no port",
      "services:\n  web: {image: x, build: ., ports: [80]}\n  b: {image: x, x-ecs: {service: bb, balancer: {paths: [/b]}}}\n",
      ['3:48: "b" publishes no port for the load balancer; write "ports", or remove "balancer"'],
    ],
    [
      "whose rule leaves requests to nobody",
      "services:\n  web: {image: x, build: ., ports: [80], x-ecs: {balancer: {paths: [/b]}}}\n",
      [
        '2:37: every service with ports has a rule, so a request that matches none goes nowhere; remove "paths" and "hosts" from one',
      ],
    ],
    [
      "whose rule another one has",
      file(
        "{paths: [/a, /b]}",
        "  more: {image: x/web, ports: [5000], x-ecs: {service: more, balancer: {paths: [/b, /a]}}}\n",
      ),
      ['7:32: "api" and "more" have the same paths and hosts; change those of one'],
    ],
  ];
  for (const [title, text, problems] of refused) {
    it(`is refused ${title}`, () => {
      expect(problemsOf(text)).to.deep.equal(problems.map((problem) => `shop.yml:${problem}`));
    });
  }
});
