import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { parseBytes } from "../../../compose/tree/bytes.ts";
import { parseDuration } from "../../../compose/tree/duration.ts";
import { splitWords } from "../../../compose/tree/words.ts";

describe("durations", () => {
  it("count every unit of Compose, and nothing without one", () => {
    const given = ["90s", "1m30s", "1.5m", "1h", "1500ms", "1d", "0", "0s", "10", "", "s", "1m 30s", "-1s", "1x"];
    expect(given.map(parseDuration)).to.deep.equal([
      90,
      90,
      90,
      3600,
      1.5,
      86400,
      0,
      0,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("sizes", () => {
  it("are powers of 1024 with any spelling of the unit", () => {
    const given = ["1024", "1b", "1k", "1kb", "512m", "512M", "1.5g", "1GB", "1 MiB", "1t", "x", "1x", "-1m", ""];
    expect(given.map(parseBytes)).to.deep.equal([
      1024,
      1,
      1024,
      1024,
      512 * 1024 ** 2,
      512 * 1024 ** 2,
      1.5 * 1024 ** 3,
      1024 ** 3,
      1024 ** 2,
      1024 ** 4,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("command lines", () => {
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ["bundle exec rails db:migrate", ["bundle", "exec", "rails", "db:migrate"]],
    ["  a   b  ", ["a", "b"]],
    [`sh -c 'a && b'`, ["sh", "-c", "a && b"]],
    [`a "b c" d'e f'g`, ["a", "b c", "de fg"]],
    [`a "" ''`, ["a", "", ""]],
    [`a\\ b \\"c`, ["a b", '"c']],
    [`"a\\"b" 'c\\d'`, ['a"b', "c\\d"]],
    [`"a\\nb" a\\nb`, ["anb", "anb"]],
    ["", []],
  ];
  for (const [line, words] of lines) {
    it(`split ${line || "nothing"} as a shell would`, () => {
      expect(splitWords(line)).to.deep.equal({ words });
    });
  }

  it("return any words that were quoted", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const line = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
        expect(splitWords(line)).to.deep.equal({ words });
      }),
    );
  });

  it("are refused if a shell would do more than split them", () => {
    for (const sign of [";", "&", "|", "<", ">", "(", ")", "`"]) {
      const problem = `has "${sign}", but no shell reads it; write sh -c '…' around it`;
      expect(splitWords(`a ${sign} b`)).to.deep.equal({ problem });
    }
    expect(splitWords("a 'b")).to.deep.equal({ problem: "has an unclosed '; close it" });
  });
});
