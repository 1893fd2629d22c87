import { expect } from "chai";
import { downloadLines } from "../../rehearsal/any/downloads.ts";
import { otherPlatforms } from "../../rehearsal/any/request.ts";
import { missingTools, withoutBake, type Tools } from "../../rehearsal/any/tools.ts";

const said = (text: string, code = 0) => ({ code, text });
const all: Tools = {
  git: said("git version 2.39.5"),
  docker: said("27.3.1"),
  compose: said("2.29.7"),
  buildx: said("github.com/docker/buildx v0.17.1 257815a"),
  bash: said("5.2.15(1)-release"),
  perl: said("v5.36.0"),
  python: said("3.11"),
  pulumi: said("v3.259.0"),
  installed: true,
  emulator: false,
};
const missing = (tools: Partial<Tools>) => missingTools({ ...all, ...tools });

describe("what a rehearsal needs of a machine", () => {
  it("is not missing where everything is there", () => {
    expect(missingTools(all)).to.deep.equal([]);
  });

  it("is named all at once, each with its remedy", () => {
    const none = { git: undefined, docker: undefined, compose: undefined, buildx: undefined, bash: undefined };
    const lines = missing({ ...none, perl: undefined, python: undefined, pulumi: undefined, installed: false });
    expect(lines.map((line) => line.split(":")[0])).to.deep.equal([
      ...["git", "docker", "bash", "perl", "python3", "pulumi", "node_modules"],
    ]);
    for (const line of lines) expect(line).to.match(/; (install|run) /);
  });

  it("is an engine that answers, with Compose and buildx", () => {
    expect(missing({ docker: said("permission denied while trying to connect", 1) })).to.deep.equal([
      "docker: no engine answers (permission denied while trying to connect); start Docker, or let this user use it",
    ]);
    expect(missing({ docker: said("20.10.24+dfsg1") })).to.deep.equal([]);
    expect(missing({ docker: said("19.03.15") })).to.deep.equal([
      "docker: the engine is 19.03.15; install Docker 20.10 or newer",
    ]);
    expect(missing({ compose: said("docker: 'compose' is not a docker command.", 1) })).to.have.lengthOf(1);
    expect(missing({ buildx: said("docker: 'buildx' is not a docker command.", 1) })).to.have.lengthOf(1);
  });

  it("is a bash with mapfile and declare -A, which the one of macOS does not have", () => {
    expect(missing({ bash: said("declare: -A: invalid option", 2) })[0]).to.match(/^bash: the builds need bash 4/);
  });

  it("is a Python for the emulator, but only until the emulator was set up", () => {
    expect(missing({ python: said("3.9") })[0]).to.match(/^python3: it is 3\.9; install Python 3\.10 or newer/);
    expect(missing({ python: said("No module named 'ensurepip'", 1) })[0]).to.match(/python3-venv/);
    expect(missing({ python: undefined, emulator: true })).to.deep.equal([]);
  });

  it("keeps Compose from bake where buildx is too old for it", () => {
    const versions = ["github.com/docker/buildx 0.13.1", "github.com/docker/buildx v0.17.1", "v1.0.0"];
    expect(versions.map((text) => withoutBake({ buildx: said(text) }))).to.deep.equal([true, false, false]);
  });

  it("is the processor that a Compose file asks for", () => {
    const texts = { "a.yml": "services:\n  web:\n    platform: linux/arm64\n", "b.yml": "services: {}\n" };
    expect(otherPlatforms(texts, "arm64")).to.deep.equal([]);
    expect(otherPlatforms(texts, "x86_64")).to.deep.equal([
      'a.yml: it has "platform: linux/arm64", and this machine is linux/amd64; rehearse it on such a machine',
    ]);
  });

  it("is downloaded once, and said before with its size", () => {
    const present = { emulator: true, baseImage: true, database: false };
    expect(downloadLines(present, "/cache", false)).to.deep.equal([]);
    expect(downloadLines({ emulator: false, baseImage: false, database: false }, "/cache", true)).to.deep.equal([
      "is downloaded once:",
      "  the emulator of AWS and the aws command line: 80 MB from PyPI, 380 MB in /cache",
      "  debian:bookworm-slim: 30 MB from Docker Hub",
      "  PostgreSQL for the rehearsal: 100 MB of Debian's packages",
    ]);
  });
});
