import { expect } from "chai";
import { names } from "../../support/command-line.ts";
import { repository, rollbackWorld, type RollbackWorld } from "../../support/rollback-world.ts";
import { own, worker, command, history, plan, rollback } from "./command.ts";

describe("what npm run release -- rollback goes back to", () => {
  it("is the same commit for several ECS services; one that already runs it stays", async () => {
    const both = rollbackWorld({
      [own]: history,
      [worker]: [
        { commit: "bbbbbbb" },
        { commit: "aaaaaaa" },
        { commit: "aaaaaaa", cpu: "512" },
        { commit: "bbbbbbb" },
      ],
    });
    const stays = rollbackWorld({ [own]: history, [worker]: [{ commit: "aaaaaaa" }] });
    const services = { names: { ...names, services: [own, worker] } };
    const told = async (world: RollbackWorld, args = command) =>
      (await rollback(world, args, services)).out.filter((line) => / → .*:\d$|already|back to/.test(line));
    expect([
      await told(both),
      await told(stays),
      await told(rollbackWorld({ [own]: history, [worker]: history }), `${command} --to ${worker}:2`),
      await told(rollbackWorld({ [own]: history, [worker]: history }), `${command} --to ${own}:3,${worker}:2`),
    ]).to.deep.equal([
      [plan[0], plan[1], "shop-staging-worker: shop-staging-worker:4 → shop-staging-worker:3"],
      [plan[0], plan[1], "shop-staging-worker: shop-staging-worker:1 runs already"],
      [plan[0], "shop-staging-worker: shop-staging-worker:3 → shop-staging-worker:2", plan[1]],
      [
        "staging: back to shop-staging:3, shop-staging-worker:2",
        "shop-staging: shop-staging:3 runs already",
        "shop-staging-worker: shop-staging-worker:3 → shop-staging-worker:2",
      ],
    ]);
  });

  it("is not a release that ECS rolled back in one of several services; the refusal names it if no other fits", async () => {
    const sick = { commit: "ccccccc", verdict: "ROLLBACK_SUCCESSFUL" };
    const services = { names: { ...names, services: [own, worker] } };
    const [first, third] = [{ commit: "aaaaaaa" }, { commit: "bbbbbbb" }];
    const releases = { [own]: [first, { commit: "ccccccc" }, third], [worker]: [first, sick, third] };
    const { out } = await rollback(rollbackWorld(releases), `${command} --dry-run`, services);
    const none = await rollback(rollbackWorld({ [own]: releases[own], [worker]: [sick, third] }), command, services);
    expect([out.slice(0, 2), none.err]).to.deep.equal([
      ["staging: back to aaaaaaa", "shop-staging: shop-staging:3 → shop-staging:1"],
      [
        "shop-staging-worker: no ACTIVE revision has the images of ccccccc; `npm run release -- release --commit` creates one, or choose from 1",
      ],
    ]);
  });

  it("is the commit of the checkout that --to names, also for an image that is named by its digest", async () => {
    const world = rollbackWorld({
      [own]: [{ commit: "aaaaaaa", image: `${repository}@sha256:aaaaaaa` }, { commit: "bbbbbbb" }],
    });
    const git = { resolve: (commit: string) => Promise.resolve(commit === "HEAD~1" ? "a".repeat(40) : undefined) };
    const { out } = await rollback(world, `${command} --to HEAD~1 --dry-run`, { git });
    expect(out.slice(0, 2)).to.deep.equal([
      "staging: back to aaaaaaa",
      "shop-staging: shop-staging:2 → shop-staging:1",
    ]);
  });

  it("is not a revision that ECS rolled back, and a note says if that has already happened", async () => {
    const sick = { commit: "ccccccc", verdict: "ROLLBACK_SUCCESSFUL" };
    const between = rollbackWorld({ [own]: [{ commit: "aaaaaaa" }, sick, { commit: "bbbbbbb" }] });
    const last = rollbackWorld({ [own]: [{ commit: "aaaaaaa" }, { commit: "bbbbbbb" }, sick] });
    Object.assign(last.services[own] ?? {}, { revision: "shop-staging:2" });
    const [first, second] = [
      await rollback(between, `${command} --dry-run`),
      await rollback(last, `${command} --dry-run`),
    ];
    expect([first.out[1], second.out[1], second.out.at(-1)]).to.deep.equal([
      "shop-staging: shop-staging:3 → shop-staging:1",
      "shop-staging: shop-staging:2 → shop-staging:1",
      "shop-staging: shop-staging:3 has already been rolled back by ECS (ROLLBACK_SUCCESSFUL); shop-staging:2 runs",
    ]);
  });

  it("is not a revision that the service has never run, by images or by commit: another role could have registered it", async () => {
    const foreign = { commit: "ccccccc", verdict: "none" };
    const same = { commit: "aaaaaaa", verdict: "none", environment: { PLANTED: "yes" } };
    const world = () => rollbackWorld({ [own]: [{ commit: "aaaaaaa" }, same, foreign, { commit: "bbbbbbb" }] });
    const asked = ["", " --to aaaaaaa", " --to ccccccc"].map((to) => rollback(world(), `${command} --dry-run${to}`));
    const [before, commit, none] = await Promise.all(asked);
    expect([before?.out[1], commit?.out[1], none?.err]).to.deep.equal([
      "shop-staging: shop-staging:4 → shop-staging:1",
      "shop-staging: shop-staging:4 → shop-staging:1",
      [
        "shop-staging: no ACTIVE revision has the images of ccccccc; `npm run release -- release --commit` creates one, or choose from 3, 2, 1",
      ],
    ]);
  });

  it("can be the revision that the oldest known deployment replaced", async () => {
    const world = rollbackWorld({ [own]: [{ commit: "aaaaaaa", verdict: "none" }, { commit: "bbbbbbb" }] });
    const { DescribeServiceDeployments: described } = world.answers;
    const from = { sourceServiceRevisions: [{ arn: "shop-staging:1" }] };
    const answers = {
      ...world.answers,
      DescribeServiceDeployments: (input: never) => {
        const { serviceDeployments } = described?.(input) as { readonly serviceDeployments: readonly object[] };
        return { serviceDeployments: serviceDeployments.map((one) => ({ ...one, ...from })) };
      },
    };
    const { out } = await rollback({ ...world, answers }, `${command} --dry-run`);
    expect(out[1]).to.equal("shop-staging: shop-staging:2 → shop-staging:1");
  });
});
