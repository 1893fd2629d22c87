import { expect } from "chai";
import { describe, it } from "mocha";
import { applicationOf, problemsOf, services } from "../support.ts";

const file = (lines: string): string => `services:\n  web: {image: x/web, build: ., ports: [3000]}\n${lines}`;
const worker = (more: string): string => file(`  worker: {image: x/web, ${more}}\n`);

describe("x-ecs", () => {
  it("puts services into separate ECS services, the environment's own first, then by name", () => {
    const application = services(`
  mail: {image: m, x-ecs: {service: jobs}, deploy: {resources: {limits: {memory: 512m}}}}
  web: {image: x/web, build: ., ports: [3000], expose: [9394], deploy: {replicas: 2}}
  cache: {image: 'redis:7', expose: [6379], x-ecs: {service: cache}, deploy: {replicas: 1}}
  sidekiq: {image: x/web, x-ecs: {service: jobs, scaling: {maximum: 4, cpu_percent: 70}}}
`);
    expect(
      application.services.map(({ name, containers, replicas, scaling, entry, connected, size }) => [
        [name, containers.map((container) => container.name), replicas, scaling],
        [entry, connected, size.memoryMiB],
      ]),
    ).to.deep.equal([
      [
        ["", ["web"], 2, undefined],
        [{ container: "web", port: 3000 }, true, 512],
      ],
      [
        ["cache", ["cache"], 1, undefined],
        [undefined, true, 512],
      ],
      [
        ["jobs", ["mail", "sidekiq"], undefined, { maximum: 4, cpuPercent: 70 }],
        // 512 MiB, and 64 for the proxy of Service Connect.
        [undefined, true, 1024],
      ],
    ]);
  });

  it("is optional: a file without it has one ECS service, with no proxy next to its containers", () => {
    const [task, ...more] = services("  web: {image: w, mem_limit: 512m}\n").services;
    expect([task?.name, task?.connected, task?.size.memoryMiB, more.length]).to.deep.equal(["", false, 512, 0]);
  });

  it("may name an ECS service for every service, so that the environment has no ECS service of its own name", () => {
    const application = services(
      "  a: {image: x, build: ., x-ecs: {service: one}}\n  b: {image: y, x-ecs: {service: two}}\n",
    );
    expect(application.services.map(({ name }) => name)).to.deep.equal(["one", "two"]);
  });

  it("changes only the fingerprint of the service that sets its scaling", () => {
    const fingerprints = (scaling: string) =>
      applicationOf(worker(`x-ecs: {service: jobs${scaling}}`)).services.flatMap(({ containers }) =>
        containers.map(({ fingerprint }) => fingerprint["x-ecs"] !== undefined),
      );
    expect([fingerprints(""), fingerprints(", scaling: {maximum: 3}")]).to.deep.equal([
      [false, false],
      [false, true],
    ]);
  });

  const refused: readonly (readonly [string, string, readonly string[]])[] = [
    ["itself with nothing in it", worker("x-ecs: {}"), ['3:33: "x-ecs" is empty; write "service", or remove it']],
    [
      "a name that ECS or CodePipeline would not take",
      worker("x-ecs: {service: My_Jobs}"),
      [
        '3:43: "My_Jobs" cannot be the name of an ECS service; use 2 to 32 lower-case letters, digits and hyphens, beginning with a letter',
      ],
    ],
    [
      "a key that it does not have",
      worker("x-ecs: {service: jobs, balance: {}, colour: red}"),
      [
        '3:49: "balance" of "x-ecs" is not supported; did you mean "balancer"?',
        '3:62: "colour" of "x-ecs" is not supported; remove it or use "service", "scaling", "spot", "balancer", "health_check_grace", "files_image", "policy"',
      ],
    ],
    [
      "scaling without a maximum",
      worker("x-ecs: {service: jobs, scaling: {cpu_percent: 50}}"),
      ['3:58: "scaling" of "x-ecs" has no maximum number of tasks; write "maximum"'],
    ],
    [
      "a maximum below the count",
      worker("deploy: {replicas: 3}, x-ecs: {service: jobs, scaling: {maximum: 2}}"),
      ['3:81: "maximum" 2 is below the 3 tasks of "replicas"; raise it'],
    ],
    [
      "scaling that is said twice",
      file(
        "  a: {image: a, x-ecs: {service: jobs, scaling: {maximum: 2}}}\n  b: {image: b, x-ecs: {service: jobs, scaling: {maximum: 3}}}\n",
      ),
      ['4:49: the ECS service has "scaling" already; write it once'],
    ],
    [
      "itself at the top",
      `${file("")}x-ecs: {service: jobs}\n`,
      ['3:1: "x-ecs" belongs to a service or to a volume at the top; write it there'],
    ],
    [
      "itself on a release service",
      worker("profiles: [release], x-ecs: {service: jobs}"),
      ['3:54: a release task runs alone, in no ECS service; keep only "policy" and "files_image" in "x-ecs"'],
    ],
    [
      "an ECS service and a release service of one name",
      file("  a: {image: a, x-ecs: {service: jobs}}\n  jobs: {image: x/web, profiles: [release]}\n"),
      ['4:3: "jobs" is an ECS service of "x-ecs", too; give one of them another name'],
    ],
    [
      "a volume in two ECS services",
      "services:\n  web: {image: w, volumes: ['data:/a']}\n  b: {image: b, x-ecs: {service: jobs}, volumes: ['data:/b']}\nvolumes: {data: }\n",
      [
        `3:3: volume "data" lives in one task, but the environment's own ECS service and the ECS service "jobs" both use it; give each its own, or write "x-ecs: { efs: … }" below it`,
      ],
    ],
    [
      "to wait for the end of a container of another ECS service",
      worker("depends_on: {web: {condition: service_completed_successfully}}, x-ecs: {service: jobs}"),
      [
        '3:39: "web" runs in another ECS service, which restarts a container that has ended, so no other container can wait for its end; give "web" the profile "release", or put both into one ECS service',
      ],
    ],
    [
      "ports that two ECS services publish without a rule",
      worker("ports: [4000], x-ecs: {service: jobs}"),
      [
        '3:34: "web" and "worker" both publish ports, but no rule says which of them gets a request; write "balancer" with "paths" or "hosts" below "x-ecs", or "expose"',
      ],
    ],
    [
      "more ECS services than one look at ECS tells of",
      file(Array.from({ length: 10 }, (_, at) => `  s${at}: {image: s, x-ecs: {service: s${at}}}\n`).join("")),
      ["12:3: an environment has at most 10 ECS services, not 11; combine some"],
    ],
  ];
  for (const [title, text, problems] of refused) {
    it(`refuses ${title}`, () => {
      expect(problemsOf(text)).to.deep.equal(problems.map((problem) => `shop.yml:${problem}`));
    });
  }
});
