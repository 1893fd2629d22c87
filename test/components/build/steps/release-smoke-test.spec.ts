import { expect } from "chai";
import { verify, runs, marks, marked } from "./verify-bench.ts";

describe("the smoke test of a release", () => {
  const SMOKE_TEST_URL = "http://shop.example/version";
  const ask = { SMOKE_TEST_URL, SMOKE_TEST_ANSWER: "commit {commit}" };

  it("requires the expected text in the answer, with the released tag for {commit}", () => {
    expect(verify({ answer: "this is commit 0123abc, indeed\n" }, ask)).to.deep.equal({
      code: 0,
      out: [...runs, `smoke test: ${SMOKE_TEST_URL} answers "commit 0123abc"`, ...marks],
      err: [],
      deeds: [marked],
    });
  });

  it("ends the release if the answer is a different one, and does not change what runs", () => {
    expect(verify({ answer: `commit 9999999${"x".repeat(300)}` }, ask)).to.deep.equal({
      code: 1,
      out: runs,
      err: [
        `smoke test: ${SMOKE_TEST_URL} does not answer "commit 0123abc" but "commit 9999999${"x".repeat(186)}"; the new revision still runs`,
      ],
      deeds: [],
    });
  });

  it("ends the release if there is no answer, with the client's message", () => {
    expect(verify({}, ask)).to.deep.equal({
      code: 1,
      out: runs,
      err: [
        `smoke test: ${SMOKE_TEST_URL}: curl: (22) The requested URL returned error: 503; the new revision still runs`,
      ],
      deeds: [],
    });
  });
});
