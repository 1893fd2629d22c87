import { expect } from "chai";
import {
  chooseRevision,
  commitOfLead,
  leadOf,
  targetOf,
  type Candidate,
  type Wanted,
} from "../../../scripts/rollback/decision.ts";

/** A revision with an image of a commit; a second commit is for another container. */
function candidate(number: number, commit: string, parts: Partial<Candidate> = {}): Candidate {
  const revision = { number, name: `shop:${number}`, active: true, registeredAt: undefined, cpu: "", memory: "" };
  const images: Record<string, string> = commit === "" ? {} : { web: `r/shop:${commit}` };
  return {
    revision: { ...revision, roles: [], settings: {}, containers: [] },
    images,
    failed: undefined,
    commits: commit === "" ? [] : [commit],
    ...parts,
  };
}

const [one, two, three, four] = [
  candidate(1, "aaaaaaa"),
  candidate(2, "bbbbbbb", { failed: "ROLLBACK_SUCCESSFUL" }),
  candidate(3, "ccccccc"),
  candidate(4, "ccccccc", { images: { web: "r/shop@sha256:c" } }),
] as const;
const known = [four, three, two, one];

/** The number chosen, or the refusal. */
function chosen(current: Candidate, wanted: Wanted, from = known): number | string {
  try {
    return chooseRevision(current, from, wanted).revision.number;
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the revision that a rollback goes to", () => {
  it("is the newest one before that ran other images: not the same ones under another name, nor one that failed", () => {
    expect([chosen(four, { kind: "before" }), chosen(three, { kind: "before" })]).to.deep.equal([1, 1]);
  });

  it("is found by its images if they are not of a commit", () => {
    const byDigest = (number: number, digest: string) =>
      candidate(number, "x", { commits: [], images: { web: `r/shop@sha256:${digest}` } });
    const all = [byDigest(3, "b"), byDigest(2, "b"), byDigest(1, "a")];
    expect(chosen(byDigest(3, "b"), { kind: "before" }, all)).to.equal(1);
  });

  it("is the one that is given, also a newer one, one that failed, or the one that runs", () => {
    const numbers = [1, 2, 4].map((number) => chosen(two, { kind: "revision", number }));
    expect(numbers).to.deep.equal([1, 2, 4]);
  });

  it("is the newest one of a commit, given short or long, or the running one if it is of that commit", () => {
    const of = (commit: string, current = one) => chosen(current, { kind: "commit", commit });
    expect([of("ccccccc"), of("ccccccc0123"), of("ccccccc", three), of("aaaaaaa")]).to.deep.equal([4, 4, 3, 1]);
  });

  it("is refused if there is none, with those that can be chosen", () => {
    expect([
      chosen(one, { kind: "before" }),
      chosen(one, { kind: "before" }, []),
      chosen(four, { kind: "revision", number: 9 }),
      chosen(four, { kind: "commit", commit: "bbbbbbb" }),
    ]).to.deep.equal([
      "shop: no ACTIVE revision before 1 has run with other images; give --to, and choose from 4, 3, 2",
      "shop: no ACTIVE revision before 1 has run with other images; there is no other one",
      "shop:9 is not an ACTIVE revision; choose from 3, 2, 1",
      "shop: no ACTIVE revision has the images of bbbbbbb; `npm run release -- release --commit` creates one, or choose from 3, 2, 1",
    ]);
  });
});

describe("the value of --to", () => {
  const services = ["shop", "shop-worker"];
  it("is a revision, a revision of a service, one of each service, or a commit by any name", () => {
    expect([
      targetOf(undefined, services),
      targetOf("5", ["shop"]),
      targetOf("shop-worker:5", services),
      targetOf("shop:5,shop-worker:3", services),
      targetOf("1234567", services),
      targetOf("HEAD~1", services),
    ]).to.deep.equal([
      { kind: "before" },
      { kind: "revisions", numbers: { shop: 5 } },
      { kind: "revisions", numbers: { "shop-worker": 5 } },
      { kind: "revisions", numbers: { shop: 5, "shop-worker": 3 } },
      { kind: "commit", commit: "1234567" },
      { kind: "commit", commit: "HEAD~1" },
    ]);
  });

  it("is refused if it could be of several services, or of none", () => {
    expect(() => targetOf("5", services)).to.throw(
      /^--to 5: there are several ECS services; write shop:5, or give a commit$/,
    );
    expect(() => targetOf("shop:5,mail:3", services)).to.throw(
      /^--to shop:5,mail:3: there is no ECS service mail; choose from shop, shop-worker$/,
    );
  });

  it("makes the other services follow the leading one: the first with built images, or the one that is given", () => {
    expect([
      leadOf({ kind: "before" }, ["shop", "shop-worker"]),
      leadOf({ kind: "revisions", numbers: { "shop-worker": 3 } }, ["shop", "shop-worker"]),
      leadOf({ kind: "revisions", numbers: { shop: 5, "shop-worker": 3 } }, ["shop", "shop-worker"]),
      leadOf({ kind: "commit", commit: "aaaaaaa" }, ["shop"]),
    ]).to.deep.equal([
      { service: "shop", wanted: { kind: "before" } },
      { service: "shop-worker", wanted: { kind: "revision", number: 3 } },
      undefined,
      undefined,
    ]);
    expect(() => leadOf({ kind: "before" }, [])).to.throw(
      /^this stack builds no image, so no release created what runs; give the revision with --to$/,
    );
  });

  it("takes the other services to the leading one's commit, and is refused if its images are of no commit, or of two", () => {
    expect(commitOfLead(one, ["shop-worker"])).to.equal("aaaaaaa");
    for (const commits of [[], ["aaaaaaa", "bbbbbbb"]]) {
      expect(() => commitOfLead(candidate(5, "aaaaaaa", { commits }), ["shop-worker"])).to.throw(
        /^shop:5: its images are not all of one commit, so it is not known which revision goes with it; give each: --to shop:5,shop-worker:N$/,
      );
    }
  });
});
