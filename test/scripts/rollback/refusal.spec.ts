import { expect } from "chai";
import { awsError, names, self, type Answers, type CommandWorld } from "../../support/command-line.ts";
import { repository, rollbackWorld, secret, type RollbackWorld } from "../../support/rollback-world.ts";
import { own, command, history, one, plan, lock, unlock, rollback } from "./command.ts";

/** The refusal of a rollback that takes and releases the lock, and must change nothing else. */
async function refusal(world: RollbackWorld, args = command, more: CommandWorld = {}): Promise<readonly string[]> {
  const { code, err, done } = await rollback(world, args, more);
  expect([code, done]).to.deep.equal([1, ["eu-central-1", lock, unlock]]);
  return err;
}

describe("npm run release -- rollback before it changes anything", () => {
  it("does nothing if the answer is no, or if there is no one to ask", async () => {
    const world = one();
    expect([
      await refusal(world, "rollback --stack staging"),
      (await rollback(world, "rollback --stack staging", { reply: "n" })).err,
      world.services[own]?.revision,
    ]).to.deep.equal([
      ["rollback: there is no one to ask; give --yes"],
      ["rollback: nothing was done"],
      "shop-staging:3",
    ]);
  });

  it("is refused while another verb holds the lock", async () => {
    const world = one();
    world.parameters.versions.set(names.verbLock, [lock.Value.replace("desk", "build-3")]);
    const { code, out, err } = await rollback(world, command, { self: { ...self, pid: 8 } });
    expect([code, out, err]).to.deep.equal([
      1,
      [],
      [
        "staging: `rollback` of ann on build-3 (process 7, since 2026-11-24 12:00:00 UTC) is changing it now; wait until that has ended, or give --break-lock if it no longer runs",
      ],
    ]);
  });

  it("refuses what could not work, before anything is changed", async () => {
    const answering = (answers: Answers) => refusal(one(), command, { answers });
    const choose = "rollback: nothing was changed; choose another revision with --to";
    const noRole = () => {
      throw awsError("NoSuchEntityException");
    };
    expect([
      await refusal(one({ inRelease: "41" })),
      await refusal(rollbackWorld({ [own]: history }, ["aaaaaaa"])),
      await answering({ GetParameters: () => ({ InvalidParameters: [secret] }) }),
      await answering({ GetRole: noRole }),
      await refusal(one(), `${command} --to 1`),
      await refusal(one(), `${command} --to 7`),
      await refusal(one(), `${command} --to ccccccc`),
      await refusal(one(), `${command} --to HEAD~1`),
      await refusal(rollbackWorld({ [own]: history.slice(0, 2) })),
    ]).to.deep.equal([
      [
        "shop-staging: run 41 is in Release; wait until it has ended, or end it: aws codepipeline stop-pipeline-execution --pipeline-name shop-staging --pipeline-execution-id 41 --abandon",
      ],
      [`web: ${repository}:aaaaaaa is no longer in ECR\n${choose}`],
      [`${secret}: Parameter Store does not have it\n${choose}`],
      [
        `arn:aws:iam::111111111111:role/shop-staging-execution: there is no such role\narn:aws:iam::111111111111:role/shop-staging-task: there is no such role\n${choose}`,
      ],
      [`web: ${repository}:latest has a tag that moves; no release has run it\n${choose}`],
      ["shop-staging:7 is not an ACTIVE revision; choose from 2, 1"],
      [
        "shop-staging: no ACTIVE revision has the images of ccccccc; `npm run release -- release --commit` creates one, or choose from 2, 1",
      ],
      [
        "--to HEAD~1: neither a revision nor a commit that this checkout knows; give 7 of its digits, or a revision as in `npm run release -- revisions`",
      ],
      ["shop-staging: no ACTIVE revision before 2 has run with other images; give --to, and choose from 1"],
    ]);
  });

  it("continues without a check of the roles if it may not read them, and says so", async () => {
    const GetRole = () => {
      throw awsError("AccessDenied");
    };
    const { code, out } = await rollback(one(), `${command} --dry-run`, { answers: { GetRole } });
    expect([code, out.slice(plan.length)]).to.deep.equal([
      0,
      ["execution", "task"].map(
        (role) =>
          `arn:aws:iam::111111111111:role/shop-staging-${role}: it was not checked whether it exists (no iam:GetRole)`,
      ),
    ]);
  });
});
