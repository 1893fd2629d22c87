import { expect } from "chai";
import { blocksOf, headingsOf, linksOf, proseOf, textOf } from "../support/pages.ts";

/** Each heading of README.md with its Japanese one, in their order. */
const headings: readonly (readonly [english: string, japanese: string])[] = [
  ["compose-ecs-pipeline", "compose-ecs-pipeline"],
  ["Add it to your application", "アプリケーションに追加する"],
  ["More resources", "リソースを追加する"],
  ["What a release does", "リリースの流れ"],
  ["What it costs", "料金"],
  ["What it is not for", "向いていない用途"],
  ["This repository", "このリポジトリ"],
];

const english = textOf("README.md");
const japanese = textOf("README.ja.md");

const titles = (text: string): readonly string[] => headingsOf(text).map(({ title }) => title);
const levels = (text: string): readonly number[] => headingsOf(text).map(({ level }) => level);

/** The parts of a text between its headings. */
const sections = (text: string): readonly string[] => proseOf(text).split(/^#+ .*$/m);

/** Each link's target, sorted, without those to the other language. */
const targets = (page: string): readonly string[] =>
  linksOf(page)
    .map(({ target }) => target)
    .filter((target) => !target.startsWith("README"))
    .toSorted();

/** The commands, files and settings in the text, sorted. */
const names = (text: string): readonly string[] =>
  [
    ...new Set([...proseOf(text).matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name.replaceAll(/\s+/g, " "))),
  ].toSorted();

/** Rows and columns of each table. */
const tables = (text: string): readonly string[] =>
  sections(text).map((section) => {
    const rows = section.split("\n").filter((line) => line.startsWith("|"));
    return `${rows.length} × ${(rows[0]?.match(/\|/g) ?? []).length}`;
  });

describe("README.ja.md", () => {
  it("has the headings of README.md, in the same order and of the same levels", () => {
    expect(titles(english)).to.deep.equal(headings.map(([title]) => title));
    expect(titles(japanese)).to.deep.equal(headings.map(([, title]) => title));
    expect(levels(japanese)).to.deep.equal(levels(english));
  });

  it("has the same code blocks", () => {
    const code = (text: string) => blocksOf(text).map(({ language, lines }) => [language, ...lines]);
    expect(code(japanese)).to.deep.equal(code(english));
  });

  it("has the same links, and names the same commands, files and settings", () => {
    expect(targets("README.ja.md")).to.deep.equal(targets("README.md"));
    expect(names(japanese)).to.deep.equal(names(english));
  });

  it("has tables of the same size, with the same numbers", () => {
    expect(tables(japanese)).to.deep.equal(tables(english));
    const prices = (text: string) => [...text.matchAll(/\| (\d+)\s+\|$/gm)].map(([, price]) => price);
    expect(prices(japanese)).to.deep.equal(prices(english));
    expect(prices(english)).to.have.length(4);
  });

  it("and README.md link to each other in their third line", () => {
    expect(english.split("\n")[2]).to.equal("English | [日本語](README.ja.md)");
    expect(japanese.split("\n")[2]).to.equal("[English](README.md) | 日本語");
  });
});
