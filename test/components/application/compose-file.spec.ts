import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { readStackApplication, variables, type ComposeFileArgs } from "../../../components/application/compose-file.ts";
import { Refusal } from "../../../components/kit/refusal.ts";

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
    "a key that Fargate cannot do",
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
    "a dependency on something that is not a service",
    `${web}    depends_on: [db]\n`,
    ['4:18: "web" depends on "db", which is not a service; correct or remove it'],
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
      ' no service has "build", but a pipeline needs an image to build and deploy; write a Dockerfile (one line, FROM and an image, is enough), and "build" in its service',
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
      "docker-compose-staging.yml: the containers' limits need 512 CPU units and 1024 MiB, more than taskCpu 256 and taskMemoryMiB 512; raise these or lower the limits",
    ]);
  });
});

describe("the program refuses what does not fit the stack's build and tasks", () => {
  const refused: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "an image for another processor",
      `${web}    platform: linux/arm64\n`,
      [`"web" is for arm64, but the stack's architecture is x86_64; change one of the two`],
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

  it("is reported with its place if it does not exist, except for what Docker gets from elsewhere and for services for people", () => {
    expect(said(text)).to.deep.equal(
      [
        "5:23: there is no directory api to build in; commit it, or correct the path",
        "5:58: there is no directory lib to build in; commit it, or correct the path",
        '7:44: there is no file proxy/Dockerfile.prod to build with; commit it, or correct "dockerfile"',
        "13:12: there is no directory unit to build in; commit it, or correct the path",
      ].map((line) => `docker-compose-staging.yml:${line}`),
    );
  });

  it("is not checked if nothing is built: the images are ready-made, or another environment's", () => {
    expect([said(text, { source: { provider: "ECR" } }), said(text, { promoteFrom: "qa" })]).to.deep.equal([[], []]);
  });
});

describe("the program refuses a Fargate size", () => {
  it("if every service is in an ECS service that the Compose file names, so that the environment has no ECS service of its own name", () => {
    const size = { cpu: 256, memoryMiB: 512 };
    expect(said(`${web}    x-ecs: {service: worker}\n`, { size })).to.deep.equal([
      'docker-compose-staging.yml: every service names an ECS service in "x-ecs", so taskCpu 256 applies to none; set taskCpu and taskMemoryMiB to 0',
    ]);
  });
});

describe("the variables of a Compose file at up", () => {
  it("are plain, parameters, or known to a build only", () => {
    const known = { environment: "staging", variables: { LOG_LEVEL: "info" }, parameterNames: { TOKEN: "/token" } };
    expect(variables(known)).to.deep.equal({
      ECS_ENV_NAME: { kind: "plain", value: "staging" },
      LOG_LEVEL: { kind: "plain", value: "info" },
      TOKEN: { kind: "parameter" },
      IMAGE_TAG: { kind: "build" },
    });
  });

  it("cause no problem in a correct file", () => {
    expect(said(`${web}    environment:\n      TOKEN: $TOKEN\n    user: u-$ECS_ENV_NAME\n`)).to.deep.equal([]);
  });
});
