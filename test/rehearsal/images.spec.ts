import { expect } from "chai";
import { labelArguments } from "../../local-cloud/index.ts";
import { debianSources, exampleVariables } from "../../rehearsal/images.ts";

describe("the base image", () => {
  it("is made from this machine's Debian mirror, with each source once and no other packages", () => {
    const targets = [
      "Packages http://mirror.example/debian/ bookworm main",
      "Packages http://mirror.example/debian/ bookworm main",
      "DEP-11 http://mirror.example/debian/ bookworm main",
      "Packages http://mirror.example/debian/ bookworm non-free",
      "Packages http://mirror.example/debian/ bookworm-updates main",
      "Packages http://mirror.example/debian/ bookworm-backports main",
      "Packages http://mirror.example/debian-security/ bookworm-security main",
      "Packages https://apt.example/node nodistro main",
      "",
    ];
    expect(debianSources(targets.join("\n"))).to.deep.equal([
      "deb http://mirror.example/debian/ bookworm main",
      "deb http://mirror.example/debian/ bookworm-updates main",
      "deb http://mirror.example/debian-security/ bookworm-security main",
    ]);
  });

  it("has no sources when apt knows no Debian 12", () => {
    expect(debianSources("Packages http://mirror.example/ubuntu/ noble main")).to.deep.equal([]);
  });
});

describe("the gems of the Rails examples in a rehearsal", () => {
  it("come from Debian's packages, unless GEMS_FROM names another source", () => {
    expect(exampleVariables({})).to.deep.equal({ GEMS_FROM: "debian" });
    expect(exampleVariables({ GEMS_FROM: "rubygems" })).to.deep.equal({ GEMS_FROM: "rubygems" });
  });
});

describe("labels of what a rehearsal starts", () => {
  it("become arguments in the order of their names", () => {
    expect(labelArguments({ "rehearsal.b": "2", "rehearsal.a": "x=y" })).to.deep.equal([
      "--label",
      "rehearsal.a=x=y",
      "--label",
      "rehearsal.b=2",
    ]);
  });
});
