import { expect } from "chai";
import { describe, it } from "mocha";
import { interpolate } from "../../../compose/tree/interpolate.ts";
import { variables } from "../support.ts";

/** The pieces of a text and the problems with it. */
function interpolated(text: string): { readonly pieces: readonly unknown[]; readonly complaints: readonly unknown[] } {
  const complaints: unknown[] = [];
  const pieces = interpolate(text, variables, (offset, message) => complaints.push([offset, message]));
  return { pieces, complaints };
}

describe("interpolation", () => {
  const known: readonly (readonly [string, string])[] = [
    ["plain", "plain"],
    ["$LOG_LEVEL", "info"],
    ["a-${LOG_LEVEL}-b", "a-info-b"],
    ["$LOG_LEVEL.x", "info.x"],
    ["$$LOG_LEVEL $${X}", "$LOG_LEVEL ${X}"],
    ["${NONE:-default}", "default"],
    ["${NONE-default}", "default"],
    ["${EMPTY:-default}", "default"],
    ["${EMPTY-default}", ""],
    ["${NONE:-}", ""],
    ["${LOG_LEVEL:-default}", "info"],
    ["${LOG_LEVEL:?must be set}", "info"],
    ["${EMPTY?must be set}", ""],
    ["${LOG_LEVEL:+given}", "given"],
    ["${EMPTY:+given}", ""],
    ["${EMPTY+given}", "given"],
    ["${NONE+given}", ""],
    ["${NONE:+given}", ""],
    ["${NONE:-${EMPTY:-${LOG_LEVEL}}}", "info"],
    ["${NONE:-a $LOG_LEVEL b}", "a info b"],
    ['${NONE:-{"a":1}}', '{"a":1}'],
    ["${NONE:-$$}", "$"],
    ["costs 5$", "costs 5$"],
    ["^$1$ $.", "^$1$ $."],
    ["${LOG_LEVEL:-${NONE}}", "info"],
    ["${DATABASE_URL:+yes}", "yes"],
  ];
  for (const [text, result] of known) {
    it(`reads ${text} as "${result}"`, () => {
      expect(interpolated(text)).to.deep.equal({ pieces: result === "" ? [] : [result], complaints: [] });
    });
  }

  it("keeps a parameter as it is, which no default replaces", () => {
    for (const text of ["$DATABASE_URL", "${DATABASE_URL}", "${DATABASE_URL:-x}", "${DATABASE_URL?x}"]) {
      const piece = { variable: "DATABASE_URL", kind: "parameter", offset: 0 };
      expect(interpolated(text)).to.deep.equal({ pieces: [piece], complaints: [] });
    }
  });

  it("returns the offset of a variable in a longer text, also inside a default", () => {
    expect(interpolated("a ${NONE:-b $DATABASE_URL}:$IMAGE_TAG")).to.deep.equal({
      pieces: [
        "a b ",
        { variable: "DATABASE_URL", kind: "parameter", offset: 12 },
        ":",
        { variable: "IMAGE_TAG", kind: "build", offset: 27 },
      ],
      complaints: [],
    });
  });

  const wrong: readonly (readonly [string, number, string])[] = [
    ["x:${TAG}", 2, "nothing sets TAG; set it or write ${TAG:-default}"],
    ["$TAG", 0, "nothing sets TAG; set it or write ${TAG:-default}"],
    ["${TAG:?say which}", 0, "nothing sets TAG: say which; set it"],
    ["${TAG?}", 0, "nothing sets TAG; set it"],
    ["${EMPTY:?say which}", 0, "EMPTY is empty: say which; give it a value"],
    ["${NONE:-x ${TAG}}", 10, "nothing sets TAG; set it or write ${TAG:-default}"],
    ["${TAG", 0, '"${" does not begin a variable; write $$ for a dollar sign'],
    ["${TAG!x}", 0, '"${" does not begin a variable; write $$ for a dollar sign'],
    ["${}", 0, '"${" does not begin a variable; write $$ for a dollar sign'],
  ];
  for (const [text, offset, message] of wrong) {
    it(`reports a problem with ${text}`, () => {
      expect(interpolated(text).complaints).to.deep.equal([[offset, message]]);
    });
  }
});
