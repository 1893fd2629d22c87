import { expect } from "chai";
import { describe, it } from "mocha";
import { compose, parsed, web } from "./command.ts";

describe("npm run compose -- check", () => {
  it("prints all problems with their places, also as JSON, and ends with 1", () => {
    const more = { "docker-compose-staging.yml": `${web}    comand: a\n    privileged: true\n` };
    const messages = [
      'Compose has no key "comand" for a service; did you mean "command"?',
      'Fargate runs no privileged containers; remove "privileged"',
    ];
    const file = "docker-compose-staging.yml";
    expect(compose("check --stack staging", more)).to.deep.equal({
      code: 1,
      out: [],
      err: [`${file}:4:5: ${messages[0] ?? ""}\n${file}:5:5: ${messages[1] ?? ""}`],
    });
    expect(parsed("check --stack staging", more)).to.deep.equal({
      problems: [
        { file, line: 4, column: 5, message: messages[0] },
        { file, line: 5, column: 5, message: messages[1] },
      ],
    });
  });

  const refused: readonly (readonly [string, string, Readonly<Record<string, string | undefined>>, string])[] = [
    [
      "a stack without a file",
      "check --stack live",
      {},
      "Pulumi.live.yaml:1:1: there is no file to read; correct --stack, or give the Compose file",
    ],
    [
      "an absent Compose file",
      "check docker-compose-live.yml",
      {},
      "docker-compose-live.yml:1:1: there is no file to read; commit it or correct the path",
    ],
    [
      "a file of which nothing is built",
      "check --stack staging",
      { "docker-compose-staging.yml": "services: {web: {image: x}}" },
      'docker-compose-staging.yml: no service has "build", but a pipeline needs an image to build and deploy; write a Dockerfile (one line, FROM and an image, is enough), and "build" in its service',
    ],
    [
      "a Pulumi.yaml that is no YAML",
      "check --stack staging",
      { "Pulumi.yaml": "name: [" },
      "Pulumi.yaml:1:1: not readable as YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; correct it",
    ],
    [
      "a Pulumi.yaml without a name",
      "check --stack staging",
      { "Pulumi.yaml": "runtime: nodejs\n" },
      'Pulumi.yaml:1:1: it has no "name"; write the name of the project',
    ],
    [
      "a stack whose application is in a folder that does not exist",
      "check --stack staging",
      { "Pulumi.staging.yaml": "config:\n  applicationDirectory: absent/shop\n" },
      'Pulumi.staging.yaml:2:3: applicationDirectory: there is no folder "absent/shop"; set the application\'s folder, relative to the folder with Pulumi.yaml',
    ],
    [
      "limits above the size that the stack asks for",
      "check --stack staging",
      {
        "Pulumi.staging.yaml": "config: {taskCpu: 256, taskMemoryMiB: 512}",
        "docker-compose-staging.yml": `${web}    cpus: 1\n`,
      },
      "docker-compose-staging.yml: the containers' limits need 1024 CPU units and 0 MiB, more than taskCpu 256 and taskMemoryMiB 512; raise these or lower the limits",
    ],
  ];
  for (const [title, args, more, line] of refused) {
    it(`refuses ${title}`, () => {
      expect(compose(args, more)).to.deep.equal({ code: 1, out: [], err: [line] });
    });
  }

  it("refuses in the stack's file what `up` would refuse, each with its place, and reads no secret", () => {
    const text = [
      "config:",
      "  compose-ecs-pipeline:variables: [A=1, A=2, nonsense, IMAGE_TAG=1]",
      "  compose-ecs-pipeline:parameters: [A, B, ECS_ENV_NAME, 1x, secure: v1:hidden]",
      "  compose-ecs-pipeline:composeFiles: [../a.yml, b.yml, b.yml]",
      "  compose-ecs-pipeline:taskCpu: 300",
      "  compose-ecs-pipeline:desiredCount: many",
      "  compose-ecs-pipeline:app: {secure: v1:hidden}",
      "  secrets:B: {secure: v1:hidden}",
      "  settings:C: hidden",
      "  buildParameters: [B, D]",
    ];
    const { code, err } = compose("check --stack staging", { "Pulumi.staging.yaml": text.join("\n") });
    expect([code, err.join("\n").split("\n")]).to.deep.equal([
      1,
      [
        "2:41: variables: A is there twice; remove one",
        '2:46: variables: "nonsense" is not allowed; set NAME=value',
        "2:56: variables: the build sets IMAGE_TAG itself; take another name",
        "3:37: parameters: A is in variables, too; remove one of the two",
        "3:43: parameters: the build sets ECS_ENV_NAME itself; take another name",
        '3:57: parameters: "1x" is not allowed; set NAME or NAME=/name/of/the/parameter',
        '3:61: parameters: a secret ("secure") is not allowed; set plain names, and set each value with `npm run release -- parameters set NAME`',
        '4:39: composeFiles: "../a.yml" is not allowed; set paths of .yml files in the repository',
        "4:56: composeFiles: b.yml is there twice; remove one",
        "5:3: taskCpu 300 and taskMemoryMiB 0 are not a Fargate size; set both to 0 or to a size that Fargate has",
        '6:38: desiredCount: "many" is not allowed; set a whole number',
        '7:29: app: a secret ("secure") is not allowed; set one plain value',
        "9:3: a value is set for C, but C is not declared; add it to parameters",
        '10:24: buildParameters: "D" is not declared; add it to parameters',
      ].map((line) => `Pulumi.staging.yaml:${line}`),
    ]);
  });

  const odd: readonly (readonly [string, string])[] = [
    [
      "foo",
      'Pulumi.staging.yaml:1:1: a stack\'s file has "config:" and one key in each line below it; write it like that',
    ],
    [
      "config: 5",
      'Pulumi.staging.yaml:1:9: a stack\'s file has "config:" and one key in each line below it; write it like that',
    ],
    ["config: {variables: {a: b}}", "Pulumi.staging.yaml:1:21: variables: this is not allowed; set a list"],
    ["config: &a {app: *a}", "Pulumi.staging.yaml:1:18: app: this is not allowed; set one plain value"],
    ["config: {taskCpu: [1]}", "Pulumi.staging.yaml:1:19: taskCpu: this is not allowed; set a whole number"],
    [
      "config: {architecture: mips}",
      'Pulumi.staging.yaml:1:24: architecture: "mips" is not allowed; set x86_64 or arm64',
    ],
    ["config: {runTests: 1}", 'Pulumi.staging.yaml:1:20: runTests: "1" is not allowed; set false or true'],
    [
      "config: {app: Shop}",
      'Pulumi.staging.yaml:1:10: app: "Shop" is not allowed; set a name of lower-case letters, digits and hyphens',
    ],
  ];
  for (const [text, line] of odd) {
    it(`refuses a stack's file that is ${text}`, () => {
      expect(compose("check --stack staging", { "Pulumi.staging.yaml": text })).to.deep.equal({
        code: 1,
        out: [],
        err: [line],
      });
    });
  }

  it("ends with 2 and prints the usage if the command line is wrong", () => {
    const said = (args: string) => {
      const { code, out, err } = compose(args);
      return [code, out, err[0], err[1]?.split("\n")[0]];
    };
    const usage = "usage: npm run compose -- check [FILE]... [OPTION]...";
    const wrong: readonly (readonly [string, string])[] = [
      ["", "no command is given"],
      ["chek", "chek: there is no such command"],
      ["check", "no file is given; name the Compose file, or the environment with --stack"],
      ["check --stack staging --parameter A", "give either --stack, or --variable and --parameter"],
      ["check docker-compose-staging.yml --variable A", "--variable A: give NAME=value"],
      ["check docker-compose-staging.yml --parameter 1", "--parameter 1: give the name of a variable"],
      ["explain", "explain: name the service"],
    ];
    expect(wrong.map(([args]) => said(args))).to.deep.equal(wrong.map(([, line]) => [2, [], line, usage]));
    expect(said("check --nonsense")[0]).to.equal(2);
    expect(compose("--help").out.join("\n").split("\n")[0]).to.equal(usage);
  });
});
