import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readStackApplication, variables, type ComposeFileArgs } from "../../components/application/compose-file.ts";
import { Refusal } from "../../components/kit/refusal.ts";
import { ComposeError, readApplication } from "../../compose/index.ts";
import { samplesIn, type Sample } from "./corpus.ts";
import { variables as specVariables } from "./support.ts";

const web = "services:\n  web:\n    build: .\n";

/** What the program says of a Compose file next to two images' files, line by line; a file that is fine says nothing. */
function said(text: string, more: Partial<ComposeFileArgs> = {}): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "compose-"));
  const composeFile = join(folder, "docker-compose-staging.yml");
  try {
    writeFileSync(composeFile, text);
    mkdirSync(join(folder, "proxy"));
    for (const directory of [".", "proxy"]) writeFileSync(join(folder, directory, "Dockerfile"), "FROM scratch\n");
    readStackApplication({
      environment: "staging",
      composeFiles: [composeFile],
      variables: {},
      parameterNames: { TOKEN: "/token" },
      ...more,
    });
    return [];
  } catch (error) {
    return error instanceof Refusal ? error.message.replaceAll(`${folder}/`, "").split("\n") : [String(error)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const bad: readonly (readonly [title: string, text: string, lines: readonly string[]])[] = [
  [
    "a YAML error",
    `${web}    command: [a\n`,
    [
      "5:1: not readable as YAML: flow sequence in block collection must be sufficiently indented and end with a ]; correct it",
    ],
  ],
  [
    "a key that Compose does not have",
    `${web}    comand: a\n`,
    ['4:5: Compose has no key "comand" for a service; did you mean "command"?'],
  ],
  [
    "a key that Fargate has no use for",
    `${web}    privileged: true\n`,
    ['4:5: Fargate runs no privileged containers; remove "privileged"'],
  ],
  [
    "a variable that nothing sets",
    `${web}    user: $NOBODY\n`,
    ["4:11: nothing sets NOBODY; set it or write ${NOBODY:-default}"],
  ],
  [
    "a parameter inside a longer value",
    `${web}    environment:\n      URL: postgres://u:$TOKEN@h\n`,
    [
      "5:25: TOKEN is a parameter, and ECS puts no secret inside a longer text; make the whole value a parameter and write URL: ${URL}",
    ],
  ],
  [
    "a dependency on no service",
    `${web}    depends_on: [db]\n`,
    ['4:18: "web" depends on "db", which is no service; correct or remove it'],
  ],
  [
    "two services with one port",
    `${web}    expose: ["80"]\n  proxy:\n    build: ./proxy\n    expose: ["80"]\n`,
    ['7:14: "web" and "proxy" both listen on 80, but share one network; give one of them another port'],
  ],
  [
    "more CPU than Fargate has",
    `${web}    cpus: 17\n    mem_limit: 1g\n`,
    ['4:11: "cpus" is "17"; write vCPU above 0 up to 16, such as 0.5'],
  ],
  [
    "nothing to build",
    "services:\n  web:\n    image: nginx:1\n",
    [
      ' no service has "build", and a pipeline needs an image to build and to deploy; write a Dockerfile (a single line with FROM and an image is enough), and add "build" to its service',
    ],
  ],
  [
    "two mistakes, each in its line",
    `${web}    comand: a\n    privileged: true\n`,
    [
      '4:5: Compose has no key "comand" for a service; did you mean "command"?',
      '5:5: Fargate runs no privileged containers; remove "privileged"',
    ],
  ],
];

describe("the program refuses a Compose file with", () => {
  for (const [title, text, lines] of bad) {
    it(title, () => {
      expect(said(text)).to.deep.equal(lines.map((line) => `docker-compose-staging.yml:${line}`));
    });
  }

  it("limits that do not fit into the size that the stack asks for", () => {
    const size = { cpu: 256, memoryMiB: 512 };
    expect(said(`${web}    cpus: 0.5\n    mem_limit: 1g\n`, { size })).to.deep.equal([
      "docker-compose-staging.yml: the containers' limits need 512 CPU units and 1024 MiB; taskCpu 256 and taskMemoryMiB 512 are too small; set larger ones, or lower the limits",
    ]);
  });
});

describe("the program refuses what does not fit the stack's build and tasks", () => {
  const refused: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "an image for another processor",
      `${web}    platform: linux/arm64\n`,
      ['"web" is for arm64, but the setting architecture is x86_64 for build and tasks; make the two the same'],
    ],
    [
      "a build's secret that no build sees",
      "services:\n  web: {build: {context: ., secrets: [a, b]}}\nsecrets: {a: {environment: TOKEN}, b: {environment: NONE}}\n",
      [
        "a build reads NONE as a secret, but nothing sets it; declare it in parameters and buildParameters",
        "a build reads TOKEN as a secret, but does not see its value; add it to buildParameters",
      ],
    ],
  ];
  for (const [title, text, lines] of refused) {
    it(`such as ${title}`, () => {
      expect(said(text)).to.deep.equal(lines.map((line) => `docker-compose-staging.yml: ${line}`));
    });
  }
});

describe("what a build needs", () => {
  const text = `${web}  api:
    build: { context: ./api, additional_contexts: { lib: ./lib, base: docker-image://debian } }
  proxy:
    build: { context: ./proxy, dockerfile: Dockerfile.prod }
  inline:
    build: { context: ., dockerfile_inline: FROM scratch }
  far:
    build: https://github.com/acme/shop.git
  unit:
    build: ./unit
    profiles: [test]
  console:
    build: ./console
    profiles: [tools]
`;

  it("is reported with its place where it is not there, but for what Docker takes from elsewhere and what is for people", () => {
    expect(said(text)).to.deep.equal(
      [
        "5:23: there is no directory api to build in; commit it, or correct the path",
        "5:58: there is no directory lib to build in; commit it, or correct the path",
        '7:44: there is no file proxy/Dockerfile.prod to build with; commit it, or correct "dockerfile"',
        "13:12: there is no directory unit to build in; commit it, or correct the path",
      ].map((line) => `docker-compose-staging.yml:${line}`),
    );
  });

  it("is not looked for where nothing is built: the images are ready-made, or another environment's", () => {
    expect([said(text, { source: { provider: "ECR" } }), said(text, { promoteFrom: "qa" })]).to.deep.equal([[], []]);
  });
});

describe("the program refuses a Fargate size", () => {
  it("where every service is of an ECS service that the Compose file names, so that the environment has none of its own", () => {
    const size = { cpu: 256, memoryMiB: 512 };
    expect(said(`${web}    x-ecs: {service: worker}\n`, { size })).to.deep.equal([
      'docker-compose-staging.yml: every service names an ECS service in "x-ecs", so taskCpu 256 applies to none of them; set taskCpu and taskMemoryMiB to 0',
    ]);
  });
});

const corpus = join(import.meta.dirname, "bad");
const samples = samplesIn(corpus).filter(({ name }) => !name.endsWith(".txt"));

/** What is said of a broken sample, and what the text beside it expects. */
function saidAndExpected({ name, directory, files }: Sample): readonly [said: string, expected: string] {
  const beside = directory === corpus ? join(corpus, name.replace(/yml$/, "txt")) : join(directory, "expected.txt");
  return [problemsIn(files, (path) => textAt(join(directory, path))), readFileSync(beside, "utf8")];
}

function problemsIn(files: readonly string[], readFile: (path: string) => string | undefined): string {
  try {
    readApplication({ files, variables: specVariables, readFile });
    return "nothing";
  } catch (error) {
    if (error instanceof ComposeError) return `${error.message}\n`;
    throw error;
  }
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

describe("a broken Compose file is refused, all its mistakes in one run:", () => {
  for (const sample of samples) {
    it(sample.name, () => {
      const [saidOfIt, expected] = saidAndExpected(sample);
      expect(saidOfIt).to.equal(expected);
    });
  }
});

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
      const problems = problemsIn(["large.yml"], () => text);
      const { user, system } = process.cpuUsage(before);
      expect(problems).to.match(/^(nothing|large\.yml:.*)/);
      expect((user + system) / 1e6).to.be.below(2);
    }).timeout(30_000);
  }
});

describe("the variables of a Compose file at up", () => {
  it("are plain, parameters, or a build's alone", () => {
    const known = { environment: "staging", variables: { LOG_LEVEL: "info" }, parameterNames: { TOKEN: "/token" } };
    expect(variables(known)).to.deep.equal({
      ECS_ENV_NAME: { kind: "plain", value: "staging" },
      LOG_LEVEL: { kind: "plain", value: "info" },
      TOKEN: { kind: "parameter" },
      IMAGE_TAG: { kind: "build" },
    });
  });

  it("leave a good file alone", () => {
    expect(said(`${web}    environment:\n      TOKEN: $TOKEN\n    user: u-$ECS_ENV_NAME\n`)).to.deep.equal([]);
  });
});
