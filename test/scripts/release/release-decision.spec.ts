import { expect } from "chai";
import { decideRelease, type ReleaseQuestion } from "../../../scripts/release/release-decision.ts";

const wanted = "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708";
const nothing = {
  inRelease: undefined,
  deployments: [],
  approval: undefined,
  beforeRelease: undefined,
  closed: undefined,
};
const question: ReleaseQuestion = {
  pipeline: "shop-staging",
  wanted,
  sources: [{ action: "Source", provider: "CodeStarSourceConnection" }],
  running: [{ tag: "1111111", lost: [] }],
  progress: nothing,
  hold: undefined,
  ringing: [],
};
const from = (provider: string) => [{ action: "Source", provider }];
const revision = (revisionType: string, revisionValue: string) => [
  { actionName: "Source", revisionType, revisionValue },
];

describe("a release without a push", () => {
  it("takes the source's newest revision without --commit, and asks no one", () => {
    expect(decideRelease({ ...question, wanted: undefined, sources: from("ECR") })).to.deep.equal({
      revisions: [],
      notes: [],
      doubts: [],
    });
  });

  it("takes a commit that follows what runs, and asks no one", () => {
    const decided = [question, { ...question, sources: from("CodeCommit") }].map(decideRelease);
    const forward = { revisions: revision("COMMIT_ID", wanted), notes: [], doubts: [] };
    expect(decided).to.deep.equal([forward, forward]);
  });

  it("asks no one before the first release", () => {
    expect(decideRelease({ ...question, running: [] }).doubts).to.deep.equal([]);
  });

  it("asks if it goes backwards, or may do so, or if the commit already runs", () => {
    const many = Array.from({ length: 12 }, (_, number) => `${number} change`);
    const doubts = (lost: readonly string[] | undefined, tag: string | undefined = "1111111") =>
      decideRelease({ ...question, running: [{ tag, lost }] }).doubts;
    const unknown = { tag: undefined, lost: undefined };
    expect([
      doubts(["1111111 Add the basket"]),
      doubts(many),
      doubts(undefined),
      decideRelease({ ...question, running: [...question.running, unknown] }).doubts,
      doubts([], "8cf40f2"),
    ]).to.deep.equal([
      ["8cf40f2 goes backwards: 1111111 runs, and 1 commit(s) of it are not in 8cf40f2:", "  1111111 Add the basket"],
      [
        "8cf40f2 goes backwards: 1111111 runs, and 12 commit(s) of it are not in 8cf40f2:",
        ...many.slice(0, 10).map((line) => `  ${line}`),
        "  and 2 more",
      ],
      ["8cf40f2: this checkout does not have both this commit and 1111111, which runs, so this may go backwards"],
      ["8cf40f2: it is not known which commit runs, so this may go backwards"],
      ["8cf40f2 runs already"],
    ]);
  });

  it("takes a version of an object, and asks because its age is not known", () => {
    const version = (running: string) =>
      decideRelease({ ...question, wanted: "v.12", sources: from("S3"), running: [{ tag: running, lost: undefined }] });
    const revisions = revision("S3_OBJECT_VERSION_ID", "v.12");
    // printf %s v.12 | sha256sum
    expect([version("1111111"), version("fd12b03")]).to.deep.equal([
      {
        revisions,
        notes: [],
        doubts: ["version v.12: it cannot be known whether this is older than what runs (1111111)"],
      },
      { revisions, notes: [], doubts: ["version v.12 runs already"] },
    ]);
  });

  it("refuses a commit if the source has none", () => {
    for (const sources of [from("ECR"), []]) {
      expect(() => decideRelease({ ...question, sources })).to.throw(
        "--commit: shop-staging releases ready-made images, which are not commits; push the image under its tag, or release without --commit",
      );
    }
  });

  it("says which runs are in front of it, and what keeps it out of Release", () => {
    const approval = { executionId: "2", stage: "Approve", action: "Approve", token: "t" };
    const progress = { ...nothing, inRelease: "1", approval, closed: "rolled back to 5" };
    expect(decideRelease({ ...question, progress, hold: "rolled back to 5" }).notes).to.deep.equal([
      "run 1 is in Release; the new one waits for it",
      "run 2 waits for approval; the new one waits for the answer",
      "no run enters Release: rolled back to 5; the new one waits there",
      "a rollback is held: rolled back to 5",
    ]);
  });
});
