import { expect } from "chai";
import { declaredIn } from "../../../scripts/pulumi/declared-parameters.ts";
import { project, configured, declared } from "../parameters/parameters-world.ts";

describe("the declared parameters", () => {
  it("are those of the configuration, with the source of each value", () => {
    expect(declared).to.deep.equal({
      stack: "staging",
      region: "eu-central-1",
      path: "/shop/staging",
      rolledOut: true,
      keyArns: [],
      variables: {
        TOKEN: { name: "/shop/staging/TOKEN", from: "person" },
        SHARED: { name: "/shared/key", from: "elsewhere" },
        MADE: { name: "/shop/staging/MADE", from: "secrets" },
        LEVEL: { name: "/shop/staging/LEVEL", from: "settings" },
        REDIS_URL: { name: "/shop/staging/REDIS_URL", from: "store" },
      },
    });
  });

  it("have names that begin with the project's name, if the configuration has no `app`", () => {
    const { path, variables } = declaredIn("staging", "books", { "books:parameters": ["TOKEN"], "books:app": "" });
    expect([path, variables]).to.deep.equal([
      "/books/staging",
      { TOKEN: { name: "/books/staging/TOKEN", from: "person" } },
    ]);
    expect(declaredIn("staging", "books", {}).path).to.equal("/books/staging");
  });

  it("are refused if an entry is encrypted, without a repetition of its text", () => {
    const secret = () => declaredIn("qa", project, { [`${project}:parameters`]: ["DATABASE_URL", { secure: "v1:…" }] });
    expect(secret).to.throw(
      /^Pulumi\.qa\.yaml: parameters: a secret \("secure"\) is not allowed; set names in plain, and put each value with `npm run release -- parameters set NAME`$/,
    );
  });

  it("are those of the stack's file, also if the stack is named with its organization", () => {
    const { path, variables } = declaredIn("acme/shop/staging", project, configured);
    expect([path, variables["TOKEN"]?.name]).to.deep.equal(["/shop/staging", "/shop/staging/TOKEN"]);
    const wrong = () => declaredIn("acme/shop/qa", project, { [`${project}:parameters`]: ["NO NAME"] });
    expect(wrong).to.throw(/^Pulumi\.qa\.yaml: /);
  });

  it("are refused if up would refuse an entry", () => {
    const wrong = () => declaredIn("qa", project, { ...configured, [`${project}:parameters`]: ["NO NAME"] });
    expect(wrong).to.throw(
      'Pulumi.qa.yaml: parameters: "NO NAME" is not allowed; set NAME or NAME=/name/of/the/parameter',
    );
  });
});
