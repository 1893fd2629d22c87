import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { TargetHealthStateEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "chai";
import { templateLabel } from "../../../compose/index.ts";
import { commandLine } from "../../support/command-line.ts";
import { rollbackWorld } from "../../support/rollback-world.ts";
import { judge, verdictLines, type VerificationFacts } from "../../../scripts/status/verification.ts";

const image = "registry/shop/staging/web:aaaaaaa";
const digest = "sha256:a";
const revision = "shop-staging:2";
const deployment = {
  id: "1",
  revision,
  primary: true,
  state: "COMPLETED",
  reason: "",
  failedTasks: 0,
  desired: 1,
  running: 1,
  pending: 0,
};
const container = { name: "web", image, environment: {}, secrets: {}, template: "5ca1ab1e", settings: {} };
const task = (parts: object = {}) => ({ id: "t", revision, health: "HEALTHY", digests: { web: digest }, ...parts });
const last = (status: string, reason = "") => [{ arn: "d/1", status, reason, createdAt: undefined }];

const targets = (...states: readonly TargetHealthStateEnum[]) => [
  { group: "shop", targets: states.map((State) => ({ TargetHealth: { State } })) },
];
const defined = (name: string, parts: object = {}): TaskDefinition => ({
  taskDefinitionArn: `arn:aws:ecs:r:1:task-definition/${name}`,
  containerDefinitions: [{ name: "web", image, dockerLabels: { [templateLabel]: "5ca1ab1e" }, ...parts }],
});

/** A service that is as it should be. */
const well: VerificationFacts = {
  service: {
    name: "shop-staging",
    revision,
    desired: 1,
    running: 1,
    pending: 0,
    deployments: [deployment],
    targetGroups: ["arn"],
  },
  revision: {
    name: revision,
    number: 2,
    active: true,
    registeredAt: undefined,
    cpu: "256",
    memory: "512",
    roles: [],
    settings: {},
    containers: [container],
  },
  definition: defined(revision),
  tasks: [task()],
  deployments: last("SUCCESSFUL"),
  images: { [image]: { digest, tags: [], pushedAt: undefined } },
  template: "5ca1ab1e",
  health: targets("healthy"),
  heldAt: undefined,
};
const problems = (parts: Partial<VerificationFacts>) => judge({ ...well, ...parts }).problems;
const service = (parts: Partial<VerificationFacts["service"]>) => ({ service: { ...well.service, ...parts } });
const older = "shop-staging:2 was not made from the template of the last `up`; run `pulumi preview`";

describe("the verification of a service", () => {
  it("finds no problem if the digests, counts, deployment, health and template are right", () => {
    expect(judge(well)).to.deep.equal({
      service: "shop-staging",
      revision,
      running: 1,
      digests: { web: digest },
      problems: [],
      notes: [],
    });
  });

  it("reports each of them that is wrong", () => {
    expect([
      problems({ deployments: last("ROLLBACK_SUCCESSFUL", "circuit breaker") }),
      problems(service({ deployments: [deployment, { ...deployment, id: "0", primary: false }] })),
      problems(service({ deployments: [{ ...deployment, state: "IN_PROGRESS" }] })),
      problems({ ...service({ desired: 0, running: 0 }), tasks: [], health: [] }),
      problems(service({ desired: 2 })),
      problems({ tasks: [task({ digests: { web: "sha256:b" } })] }),
      problems({ images: { [image]: undefined } }),
      problems({ tasks: [task({ health: "UNHEALTHY" })] }),
      problems({ health: targets("unhealthy", "draining") }),
      problems({ health: targets() }),
      problems({ template: "0ther" }),
    ]).to.deep.equal([
      ["the last deployment is ROLLBACK_SUCCESSFUL: circuit breaker"],
      ["a deployment is in progress"],
      ["a deployment is in progress"],
      ["the desired count is 0"],
      ["1 task(s) run, 2 are wanted", "shop: 1 of 2 target(s) are healthy (healthy)"],
      [`web: 1 task(s) run an image other than ${image}`],
      [`web: ${image} is no longer in ECR, so a new task cannot start`],
      ["1 task(s) are UNHEALTHY"],
      ["shop: 0 of 1 target(s) are healthy (unhealthy, draining)"],
      ["shop: 0 of 1 target(s) are healthy (there is none)"],
      [older],
    ]);
  });

  it("reports a key that the deployed revision lost, as a note if it only matters for recovery", () => {
    const lost = (parts: object) => {
      const { problems, notes } = judge({ ...well, made: defined("shop-staging:1", parts) });
      return { problems, notes };
    };
    const line = (key: string) =>
      `shop-staging:2 differs from shop-staging:1, which \`up\` created: web: ${key}; a person or CodePipeline's ECS action changed it`;
    expect([lost({}), lost({ user: "app" }), lost({ stopTimeout: 60 })]).to.deep.equal([
      { problems: [], notes: [] },
      { problems: [line("user: missing")], notes: [] },
      { problems: [], notes: [line("stopTimeout: missing")] },
    ]);
  });

  it("accepts a held revision, also of another template or after ECS's own rollback, but no other revision while one is held", () => {
    const held = { template: "0ther", deployments: last("ROLLBACK_SUCCESSFUL") };
    const verdict = judge({ ...well, ...held, heldAt: revision });
    expect([verdict.problems, verdict.notes, problems({ heldAt: "shop-staging:1" })]).to.deep.equal([
      [],
      ["shop-staging:2 is held; it is not from the template of the last `up`"],
      ["shop-staging:2 runs, but a rollback holds shop-staging:1"],
    ]);
    expect(verdictLines([verdict])).to.deep.equal([
      "shop-staging: as it should be: shop-staging:2, 1 task(s)",
      "  web: sha256:a",
      "  shop-staging:2 is held; it is not from the template of the last `up`",
    ]);
  });
});

describe("npm run release -- verify", () => {
  const history = { "shop-staging": [{ commit: "aaaaaaa" }, { commit: "bbbbbbb", template: "older" }] };

  it("prints what runs, and ends with 3 if it is not as it should be", async () => {
    const { code, out } = await commandLine("verify --stack staging", { answers: rollbackWorld(history).answers });
    expect([code, out]).to.deep.equal([
      3,
      ["shop-staging: not as it should be: shop-staging:2, 1 task(s)", "  web: sha256:bbbbbbb", `  problem: ${older}`],
    ]);
  });

  it("asks the load balancer, and prints the result as JSON", async () => {
    const world = rollbackWorld({ "shop-staging": [{ commit: "aaaaaaa" }] });
    const targetGroupArn = "arn:aws:elasticloadbalancing:r:1:targetgroup/shop-staging/0123";
    const seen = await commandLine("verify --stack staging --json", {
      answers: {
        ...world.answers,
        DescribeServices: async (input: never) => {
          const { services } = (await world.answers["DescribeServices"]?.(input)) as { readonly services: object[] };
          return { services: services.map((one) => ({ ...one, loadBalancers: [{ targetGroupArn }] })) };
        },
        DescribeTargetHealth: (input: object) => {
          expect(input).to.deep.equal({ TargetGroupArn: targetGroupArn });
          return { TargetHealthDescriptions: [{ TargetHealth: { State: "unhealthy" } }] };
        },
      },
    });
    expect([seen.code, seen.out.map((line) => JSON.parse(line) as unknown)]).to.deep.equal([
      3,
      [
        [
          {
            service: "shop-staging",
            revision: "shop-staging:1",
            running: 1,
            digests: { web: "sha256:aaaaaaa" },
            problems: ["shop-staging: 0 of 1 target(s) are healthy (unhealthy)"],
            notes: [],
          },
        ],
      ],
    ]);
  });
});
