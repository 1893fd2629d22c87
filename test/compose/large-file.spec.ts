import { expect } from "chai";
import { describe, it } from "mocha";
import { readApplication } from "../../compose/index.ts";
import { linesOf } from "./judged.ts";
import { variables } from "./support.ts";

describe("a Compose file of 100 KB is read within two seconds, though it", () => {
  const web = "services:\n  web: { image: x, ";
  const kilobytes = (part: string, count = 100): string => part.repeat(Math.ceil((count * 1024) / part.length));
  const numbered = (part: (at: number) => string): string => {
    let text = "";
    for (let at = 0; text.length < 100 * 1024; at++) text += part(at);
    return text;
  };
  const large: Readonly<Record<string, string>> = {
    "has many services": `services:\n${numbered((at) => `  s${at}: { image: x, depends_on: [s${at + 1}] }\n`)}`,
    "has many services that say nothing of what runs": `services:\n${numbered((at) => `  s${at}: { image: x }\n`)}`,
    "has many variables": `${web}environment: { ${numbered((at) => `V${at}: $LOG_LEVEL, `)} } }\n`,
    "has many unset variables": `${web}environment: { ${numbered((at) => `V${at}: $NONE, `)} } }\n`,
    "has many unknown keys": `${web}${numbered((at) => `key${at}: 1, `)} }\n`,
    "has a long text of dollar signs": `${web}user: "${kilobytes("$")}" }\n`,
    "opens variables and closes none": `${web}user: "${kilobytes("${A:-")}" }\n`,
    "nests variables": `${web}user: "${kilobytes("${A:-", 80)}${kilobytes("}", 16)}" }\n`,
    "nests mappings": `${web}x-a: ${kilobytes("{a: ")}1${kilobytes("}", 25)} }\n`,
    "nests blocks": `services:\n${Array.from({ length: 440 }, (_, at) => `${" ".repeat(at + 2)}a:\n`).join("")}`,
    "merges many anchors": `${numbered((at) => `x-${at}: &a${at} { <<: [${at === 0 ? "" : `*a${at - 1}`}], k${at}: 1 }\n`)}${web}command: a }\n`,
    "has many ranges of ports": `${web}ports: [${numbered(() => '"1-65535", ')}] }\n`,
    "has a long line for a command": `${web}command: "${kilobytes("a ")}" }\n`,
    "has many anchors and aliases": `${numbered((at) => `x-${at}: &a${at} a\n`)}${web}command: [${Array.from({ length: 100 }, (_, at) => `*a${at}`).join()}] }\n`,
  };
  for (const [title, text] of Object.entries(large)) {
    it(title, () => {
      // Time of this process: the machine may be busy with others.
      const before = process.cpuUsage();
      const problems = linesOf(() => readApplication({ files: ["large.yml"], variables, readFile: () => text }));
      const { user, system } = process.cpuUsage(before);
      expect(problems.every((line) => line.startsWith("large.yml:"))).to.equal(true);
      expect((user + system) / 1e6).to.be.below(2);
    }).timeout(30_000);
  }
});
