import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { checkout } from "../../../scripts/kit/git.ts";
import { requireForward, Outdated } from "../../../scripts/up/forward.ts";
import { commitOfLastUp } from "../../../scripts/pulumi/last-commit.ts";
import { brief, rolled, up } from "./up-world.ts";

describe("npm run release -- up --forward", () => {
  const folder = mkdtempSync(join(tmpdir(), "compose-ecs-pipeline-forward-"));
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.com", ...args], {
      cwd: folder,
      encoding: "utf8",
    }).trim();
  const commit = (message: string) => {
    git("commit", "--quiet", "--allow-empty", "--message", message);
    return git("rev-parse", "HEAD");
  };
  let [first, second, other] = ["", "", ""];

  before(() => {
    git("init", "--quiet", "--initial-branch=main");
    first = commit("first");
    second = commit("second");
    git("switch", "--quiet", "--detach", first);
    other = commit("other");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** The refusal of an `up` from one commit after an `up` from another; undefined if there is none. */
  const refusal = async (head: string, last: string | undefined): Promise<Error | undefined> => {
    git("switch", "--quiet", "--detach", head);
    return await requireForward({ stack: "staging", git: checkout(folder), last }).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
  };

  it("lets the commit of the last up and every later one pass, and any commit if the last one is not known", async () => {
    expect([
      await refusal(second, second),
      await refusal(second, first),
      await refusal(first, undefined),
    ]).to.deep.equal([undefined, undefined, undefined]);
  });

  it("refuses a commit that the last up contained already, as outdated", async () => {
    const error = await refusal(first, second);
    expect([error instanceof Outdated, error?.message]).to.deep.equal([
      true,
      `stack staging: the last \`up\` ran from commit ${second.slice(0, 7)}, which is newer than ${first.slice(0, 7)}; nothing was changed`,
    ]);
  });

  it("refuses a commit of another branch than the last up's, a last commit that it does not have, and a folder without a checkout", async () => {
    const unknown = "0123456789012345678901234567890123456789";
    const errors = [await refusal(other, second), await refusal(other, unknown)];
    const outside = await requireForward({ stack: "staging", git: checkout(tmpdir()), last: first }).catch(
      (error: unknown) => error as Error,
    );
    expect([...errors, outside].map((error) => [error instanceof Outdated, error?.message])).to.deep.equal([
      [
        false,
        `--forward: the last \`up\` ran from commit ${second.slice(0, 7)}, which is not in the history of ${other.slice(0, 7)}; if another branch or a rewritten one is right, run \`up\` without --forward`,
      ],
      [
        false,
        "--forward: the last `up` ran from commit 0123456, which this checkout does not have; fetch all of its history, or run `up` without --forward",
      ],
      [false, "--forward: this folder is not in a Git checkout; run `up` in one"],
    ]);
  });

  it("ends with 4 and changes nothing if the checkout is outdated; without the option, any checkout is brought up", async () => {
    const world = {
      operations: { up: rolled },
      git: {
        resolve: () => Promise.resolve(first),
        between: (from: string) => Promise.resolve(from === first ? ["a commit"] : []),
      },
      project: { lastCommit: () => Promise.resolve(second) },
    };
    const refused = await up(" --yes --forward", world);
    const allowed = await up(" --yes", world);
    expect([brief(refused), brief(allowed)]).to.deep.equal([
      {
        code: 4,
        err: [
          `stack staging: the last \`up\` ran from commit ${second.slice(0, 7)}, which is newer than ${first.slice(0, 7)}; nothing was changed`,
        ],
        ran: [],
      },
      { code: 0, err: [], ran: ["up"] },
    ]);
  });

  it("takes the commit from the newest up in Pulumi's history, also of one that failed, and not from a refresh", () => {
    const entry = (kind: string, head?: string) => ({
      kind,
      ...(head !== undefined && { environment: { "git.head": head } }),
    });
    expect([
      commitOfLastUp([entry("refresh", "c"), entry("update", "b"), entry("update", "a")]),
      commitOfLastUp([entry("update"), entry("update", "a")]),
      commitOfLastUp([entry("refresh", "c")]),
      commitOfLastUp([]),
    ]).to.deep.equal(["b", undefined, undefined, undefined]);
  });
});
