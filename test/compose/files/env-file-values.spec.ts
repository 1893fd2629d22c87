import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { envFileValues } from "../../../compose/index.ts";

/** A secret that could be a variable's name. */
const word = () => `s${randomBytes(12).toString("hex")}`;

/** All problems of a file. */
function said(text: string): string {
  try {
    return JSON.stringify(envFileValues("x.env", text));
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the values of an env file", () => {
  it("are what Compose reads: quotes, comments, export and escapes", () => {
    const [one, two] = [word(), word()];
    const text = `# all\nexport A=${one} # why\nB='${two}$x'\nC="l1\\nl2"\nD=a=b\nE=$$5\n`;
    expect(envFileValues("x.env", text)).to.deep.equal({ A: one, B: `${two}$x`, C: "l1\nl2", D: "a=b", E: "$5" });
  });

  it("may refer to the last earlier definition", () => {
    const text = "HOST=one\nHOST=two\nURL=https://${HOST}\nHOST=three\n";
    expect(envFileValues("x.env", text)).to.deep.equal({ HOST: "three", URL: "https://two" });
  });

  it("are refused all at once, by place, without text that may be a secret", () => {
    const secret = word();
    const text = [`A=ok`, `B=`, `C=pa$${secret}`, secret, `${secret}+/x`, `D.E=1`, `F="${secret}`].join("\n");
    expect(said(text).split("\n")).to.deep.equal([
      "x.env:2:1: B has no value; give it one, or remove the line",
      "x.env:3:1: C: a $ begins a variable; put the value into '…', or write $$",
      "x.env:4:1: this is not NAME=value; write it like that, with quotes around a value of several lines",
      "x.env:5:1: this is not NAME=value; write it like that, with quotes around a value of several lines",
      "x.env:6:1: this cannot be the name of a Compose variable; use letters, digits and _, beginning with a letter",
      "x.env:7:1: a quote is not closed; close it",
    ]);
    expect(said(text)).not.to.include(secret);
  });
});
