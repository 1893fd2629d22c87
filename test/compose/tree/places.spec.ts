import { expect } from "chai";
import { placesOf, readApplication, writtenLines } from "../../../compose/index.ts";
import { variables } from "../support.ts";

/** The lines at the places of a key of the service `web`, as `file:line: text`. */
function linesOf(texts: Readonly<Record<string, string>>, path: string, only?: (name: string) => boolean) {
  const files = Object.keys(texts).filter((file) => /^(compose|override)\.yml$/.test(file));
  const readFile = (file: string): string | undefined => texts[file];
  const { file } = readApplication({ files, variables, readFile });
  const keys = file.services.find(({ name }) => name === "web")?.keys;
  const places = keys === undefined ? [] : placesOf(keys, path, only);
  return writtenLines(places, files, readFile).map(({ file, line, text }) => `${file}:${line}: ${text}`);
}

describe("the places of a key", () => {
  const web = "services:\n  web:\n    build: .\n";

  it("are empty if the key or a part of its path is absent", () => {
    const text = { "compose.yml": `${web}    deploy: {replicas: 2}\n` };
    const paths = ["command", "deploy.resources.limits.cpus", "build.context.more"];
    expect(paths.map((path) => linesOf(text, path))).to.deep.equal([[], [], []]);
  });

  it("are those of its parent keys and of everything in its value", () => {
    const text = `${web}    deploy:\n      replicas: 2\n      resources:\n        limits:\n          cpus: 1\n          memory: 1g\n`;
    expect(linesOf({ "compose.yml": text }, "deploy.resources.limits.cpus")).to.deep.equal([
      "compose.yml:4:     deploy:",
      "compose.yml:6:       resources:",
      "compose.yml:7:         limits:",
      "compose.yml:8:           cpus: 1",
    ]);
  });

  it("are in every file that adds to it, the files in their order", () => {
    const texts = {
      "compose.yml": `${web}    expose: ["80"]\n    environment:\n      A: 1\n      B: 1\n`,
      "override.yml": 'services:\n  web:\n    expose: ["81"]\n    environment: {B: 2}\n',
    };
    expect(linesOf(texts, "expose")).to.deep.equal([
      'compose.yml:4:     expose: ["80"]',
      'override.yml:3:     expose: ["81"]',
    ]);
    expect(linesOf(texts, "environment", (name) => name === "B")).to.deep.equal([
      "override.yml:4:     environment: {B: 2}",
    ]);
  });

  it("are also in an extended service, an anchor and an env file", () => {
    const texts = {
      "compose.yml": `x-limits: &limits\n  mem_limit: 1g\nservices:\n  web:\n    <<: *limits\n    build: .\n    extends: {file: base.yml, service: web}\n    env_file: web.env\n`,
      "base.yml": "services:\n  web:\n    command:\n      - run\n      - it\n",
      "web.env": "# what it reads\nA=1\n",
    };
    expect(["mem_limit", "command", "environment"].map((key) => linesOf(texts, key))).to.deep.equal([
      ["compose.yml:2:   mem_limit: 1g"],
      ["base.yml:3:     command:", "base.yml:4:       - run", "base.yml:5:       - it"],
      ["compose.yml:8:     env_file: web.env", "web.env:2: A=1"],
    ]);
  });

  it("are all lines of a text over several lines, in each form of such a text", () => {
    const texts = [
      ["    command: |", "      run", "", "      it"],
      ["    command: >-", "      run it"],
      ['    command: "run', '      it"'],
      ["    command: run", "      it"],
    ];
    for (const lines of texts) {
      expect(linesOf({ "compose.yml": `${web}${lines.join("\n")}\n    init: true\n` }, "command")).to.deep.equal(
        lines.map((line, at) => `compose.yml:${at + 4}: ${line}`),
      );
    }
  });
});
