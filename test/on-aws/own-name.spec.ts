import { expect } from "chai";
import { nameTaken, ownName } from "../../rehearsal/aws/own-name.ts";
import { nameProblem } from "../../settings/name-limits.ts";

describe("the name of a rehearsal on AWS", () => {
  it("is short enough for every application's name, and cuts off only what it must", () => {
    const apps = Array.from({ length: 24 }, (_, index) => "shop-of-acme-international".slice(0, index + 2));
    for (const app of apps.filter((one) => !one.endsWith("-"))) {
      const own = ownName(app, "3f9a");
      expect(nameProblem(own.app, own.environment), JSON.stringify(own)).to.equal(undefined);
      expect(own.prefix).to.equal(`${own.app}-${own.environment}`);
    }
    expect(ownName("shop", "3f9a")).to.deep.equal({
      app: "shop",
      environment: "rehearsal-3f9a",
      prefix: "shop-rehearsal-3f9a",
    });
    expect(ownName("shop-of-acme", "3f9a").prefix).to.equal("shop-of-acme-r-3f9a");
    expect(ownName("shop-of-acme-international", "3f9a").prefix).to.equal("shop-of-acme-inter-r-3f9a");
  });

  it("is never that of a real environment of the application", () => {
    for (const environment of ["staging", "production", "rehearsal", "r"])
      for (const app of ["shop", "shop-of-acme-with-a-name"])
        expect(ownName(app, "3f9a").prefix).not.to.equal(`${app}-${environment}`);
  });

  it("is refused when something in the account has it", () => {
    expect(nameTaken({ prefix: "shop-r-3f9a" }, [])).to.equal(undefined);
    expect(nameTaken({ prefix: "shop-r-3f9a" }, ["pipeline shop-r-3f9a", "role shop-r-3f9a-task"])).to.equal(
      "shop-r-3f9a: the account has this name already (pipeline shop-r-3f9a, role shop-r-3f9a-task); nothing was changed; start again, which takes another name",
    );
  });
});
