import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { parse, stringify } from "yaml";
import { readDocument } from "../../../compose/files/document.ts";
import { interpolate, rendered } from "../../../compose/tree/interpolate.ts";
import { collectProblems } from "../../../compose/tree/problem.ts";
import { casesIn } from "../cases.ts";
import { configOf } from "../corpus.ts";
import { toConfig } from "../config.ts";

const corpus = casesIn(join(import.meta.dirname, "../corpus"));
const place = { directory: "/home/shop", project: "shop" };

/** The document that a text is read as. */
function read(text: string): unknown {
  return collectProblems(["a.yml"], (report) => {
    const root = readDocument({ files: ["a.yml"], variables: {}, readFile: () => text }, report);
    return root && toConfig(root, place);
  });
}

/** Every single file of the corpus in Compose's long forms, but those with dollar signs in keys or variables that are not set. */
const everything = Object.values(corpus)
  .flat()
  .filter(({ files, title }) => files["shop.yml"] !== undefined && !title.startsWith("dollar signs in keys"))
  .map((project) => JSON.stringify(configOf(project, place)).replaceAll("$", "$$$$"))
  .filter((text) => !text.includes("NOT_SET"));

/** A mapping with its keys, at every depth, in the order that `pick` gives them. */
function shuffled(value: unknown, pick: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, pick));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => ({ key, inner: shuffled(inner, pick), at: pick() }));
  return Object.fromEntries(entries.toSorted((a, b) => a.at - b.at).map(({ key, inner }) => [key, inner]));
}

/** The same value with equal parts as one object, so that YAML writes an anchor and aliases. */
function shared(value: unknown, known = new Map<string, unknown>()): unknown {
  if (typeof value !== "object" || value === null) return value;
  const text = JSON.stringify(value);
  const part =
    known.get(text) ??
    (Array.isArray(value)
      ? value.map((item) => shared(item, known))
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shared(inner, known)])));
  known.set(text, part);
  return part;
}

describe("a Compose file", () => {
  it("is read the same once it is in Compose's own long forms", () => {
    const plain = (text: string): unknown => JSON.parse(text.replaceAll("$$", () => "$"));
    for (const text of everything) expect(read(text)).to.deep.equal(plain(text));
  });

  it("is read the same in any order of keys, with comments, and with anchors for what is there twice", () => {
    const numbers = fc.array(fc.nat(), { minLength: 1 });
    fc.assert(
      fc.property(
        fc.constantFrom(...everything),
        numbers,
        fc.string({ unit: "grapheme-ascii" }),
        (text, order, note) => {
          let at = 0;
          const value = shuffled(parse(text), () => order[at++ % order.length] ?? 0);
          const written = `# ${note}\n${stringify(shared(value), { blockQuote: false, lineWidth: 0 })}`;
          expect(read(written.replaceAll("\n", () => ` # ${note}\n`))).to.deep.equal(read(text));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("interpolation", () => {
  const complain = (offset: number, message: string): never => {
    throw new Error(`${offset}: ${message}`);
  };
  const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]*$/);

  it("returns any text whose dollar signs are doubled", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("$", "{", "}", ":", "-", "a", "_", "1") }), (text) => {
        const escaped = text.replaceAll("$", () => "$$");
        expect(rendered(interpolate(escaped, {}, complain))).to.equal(text);
      }),
    );
  });

  it("replaces a variable by any value, and does not interpolate the value again", () => {
    fc.assert(
      fc.property(names, fc.string(), fc.stringMatching(/^[^$]*$/), (name, value, before) => {
        const variables = { [name]: { kind: "plain", value } as const };
        for (const text of [`\${${name}}`, `\${${name}-x}`, `\${NONE_${name}:-\${${name}}}`, `\${${name}?}`]) {
          expect(rendered(interpolate(`${before}${text}.`, variables, complain))).to.equal(`${before}${value}.`);
        }
      }),
    );
  });
});
