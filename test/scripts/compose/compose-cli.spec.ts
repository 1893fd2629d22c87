import { expect } from "chai";
import { taskTemplate } from "../../../components/service/task-template.ts";
import { levels, type Level } from "../../../compose/index.ts";
import { run } from "../../../scripts/compose/compose-cli.ts";
import { definitionOrigins } from "../../../scripts/compose/definition-origins.ts";
import { staging as stagingNames } from "../../support/names.ts";
import { container } from "../../support/task.ts";

const pulumi = "name: compose-ecs-pipeline\nconfig:\n  app:\n    default: shop\n";
const staging = `config:
  aws:region: eu-central-1
  compose-ecs-pipeline:parameters: [DATABASE_URL, TOKEN=/common/token]
  compose-ecs-pipeline:variables: [LOG_LEVEL=info]
  secrets:DATABASE_URL:
    secure: v1:not-looked-at
`;
const composeText = `services:
  web:
    build: .
    image: acme/web
    command: serve
    ports: ["80:3000"]
    environment: &environment
      DATABASE_URL: \${DATABASE_URL}
      LOG_LEVEL: \${LOG_LEVEL}
    env_file: web.env
    depends_on: {cache: {condition: service_started}}
    cpus: 0.5
    mem_limit: 1g
    deploy: {replicas: 2}
  cache: {image: "redis:7", volumes: ["data:/data"]}
  worker:
    x-ecs: {service: worker, scaling: {maximum: 4}, spot: {percent: 50}, policy: [{actions: [s3:GetObject], resources: ['*']}]}
    image: acme/web
    container_name: worker
    deploy: {update_config: {order: start-first}}
    volumes: ["files:/files"]
    environment: *environment
  migrate: {image: acme/web, profiles: [release], environment: {TOKEN: "\${TOKEN}"}}
  lint: {image: acme/web, profiles: [test]}
  console: {image: acme/web, profiles: [tools]}
volumes:
  data:
  files: {x-ecs: {efs: {user: "1:1"}}}
`;
const files: Readonly<Record<string, string>> = {
  "Pulumi.yaml": pulumi,
  "Pulumi.staging.yaml": staging,
  "docker-compose-staging.yml": composeText,
  "web.env": "FROM_FILE=1\n",
};

/** Runs a command line where there are these files, less those that are undefined. */
function compose(args: string, more: Readonly<Record<string, string | undefined>> = {}, columns = 80) {
  const [out, err] = [[] as string[], [] as string[]];
  const texts: Readonly<Record<string, string | undefined>> = { ...files, ...more };
  const code = run(args === "" ? [] : args.split(" "), {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    readFile: (path) => texts[path],
    exists: (path) => !path.startsWith("absent"),
    columns,
  });
  return { code, out, err };
}

const parsed = (args: string, more: Readonly<Record<string, string | undefined>> = {}): unknown =>
  JSON.parse(compose(`${args} --json`, more).out.join("\n"));

const web = "services:\n  web:\n    build: .\n";

const withFiles = `services:
  web:
    build: .
    image: acme/web
    tmpfs: ["/tmp:size=64m"]
    secrets: [token]
    configs:
      - {source: settings, target: /etc/app/settings}
  migrate: {image: acme/web, profiles: [release], secrets: [token]}
secrets: {token: {environment: TOKEN}}
configs:
  settings:
    content: "level = info"
`;

describe("npm run compose -- check", () => {
  it("tells what each service becomes", () => {
    expect(compose("check --stack staging")).to.deep.equal({
      code: 0,
      err: [],
      out: [
        "docker-compose-staging.yml: no problems; staging becomes 2 ECS services and 1 release task on x86_64",
        "",
        "ECS service shop-staging: 2 tasks of 0.5 vCPU, 2 GiB; the load balancer reaches web at port 3000",
        "  cache",
        "    image     redis:7",
        "    volumes   data at /data",
        "  web",
        "    image     shop/staging/web, built here",
        "    size      0.5 vCPU, 1 GiB",
        "    ports     3000",
        "    variables FROM_FILE, LOG_LEVEL",
        "    secrets   DATABASE_URL (/shop/staging/DATABASE_URL)",
        "",
        "ECS service shop-staging-worker: 1 to 4 tasks of 0.25 vCPU, 512 MiB; 50 % on Fargate Spot; a deployment goes start-first, 1 at a time",
        "  worker",
        "    image     shop/staging/web, built here",
        "    variables LOG_LEVEL",
        "    secrets   DATABASE_URL (/shop/staging/DATABASE_URL)",
        "    volumes   files (EFS) at /files",
        "",
        "release task shop-staging-migrate: 0.25 vCPU, 512 MiB; runs once before each deployment",
        "  migrate",
        "    image     shop/staging/web, built here",
        "    secrets   TOKEN (/common/token)",
        "",
        "a build may run: lint",
        "for people only: console",
        "containers may: s3:GetObject on *",
        "",
        'docker-compose-staging.yml:19:5: "services.*.container_name" is ignored: the container is named after its service',
      ],
    });
  });

  it("tells the files of a container, what writes them, and which lines ask for it", () => {
    const { out } = compose("check --stack staging", { "docker-compose-staging.yml": withFiles });
    expect(out.slice(2)).to.deep.equal([
      "ECS service shop-staging: 1 task of 0.25 vCPU, 512 MiB",
      "  web",
      "    image     shop/staging/web, built here",
      "    volumes   web-files at /etc/app, web-files-2 at /run/secrets",
      "    memory at /tmp (64 MiB)",
      "    files     /etc/app/settings (config settings), /run/secrets/token (secret token)",
      "  web-files",
      "    image     public.ecr.aws/docker/library/busybox:1.37.0",
      "    variables PART_1",
      "    secrets   PART_2 (/common/token)",
      "    volumes   web-files at /etc/app, web-files-2 at /run/secrets",
      "    added     it writes the files of web and ends: docker-compose-staging.yml:6, docker-compose-staging.yml:8",
      "",
      "release task shop-staging-migrate: 0.25 vCPU, 512 MiB; runs once before each deployment",
      "  migrate",
      "    image     shop/staging/web, built here",
      "    volumes   migrate-files at /run/secrets",
      "    files     /run/secrets/token (secret token)",
      "  migrate-files",
      "    image     public.ecr.aws/docker/library/busybox:1.37.0",
      "    secrets   PART_1 (/common/token)",
      "    volumes   migrate-files at /run/secrets",
      "    added     it writes the files of migrate and ends: docker-compose-staging.yml:9",
    ]);
  });

  it("says it as one JSON object", () => {
    const web = { name: "web", image: { repository: "shop/staging/web" } };
    const none = { ports: [], environment: [], secrets: {}, volumes: {} };
    const DATABASE_URL = "/shop/staging/DATABASE_URL";
    expect(parsed("check docker-compose-staging.yml")).to.deep.equal({
      problems: [],
      environment: "staging",
      files: ["docker-compose-staging.yml"],
      architecture: "x86_64",
      services: [
        {
          name: "shop-staging",
          size: { cpu: 512, memoryMiB: 2048 },
          count: 2,
          entry: { container: "web", port: 3000 },
          containers: [
            {
              ...none,
              name: "cache",
              image: { reference: "redis:7" },
              volumes: { "/data": { name: "data", efs: false } },
            },
            {
              ...{ ...none, ...web, cpu: 512, memoryMiB: 1024, ports: [3000] },
              environment: ["FROM_FILE", "LOG_LEVEL"],
              secrets: { DATABASE_URL },
            },
          ],
        },
        {
          name: "shop-staging-worker",
          size: { cpu: 256, memoryMiB: 512 },
          count: 1,
          maximumCount: 4,
          spot: { percent: 50, base: 0 },
          update: { order: "start-first", parallelism: 1 },
          containers: [
            {
              ...{ ...none, ...web, name: "worker", environment: ["LOG_LEVEL"], secrets: { DATABASE_URL } },
              volumes: { "/files": { name: "files", efs: true } },
            },
          ],
        },
      ],
      release: [
        {
          family: "shop-staging-migrate",
          size: { cpu: 256, memoryMiB: 512 },
          container: { ...none, ...web, name: "migrate", secrets: { TOKEN: "/common/token" } },
        },
      ],
      tests: ["lint"],
      people: ["console"],
      policy: [{ actions: ["s3:GetObject"], resources: ["*"] }],
      ignored: [
        {
          ...{ file: "docker-compose-staging.yml", line: 19, column: 5, key: "services.*.container_name" },
          reason: "the container is named after its service",
        },
      ],
      notes: [],
    });
  });

  it("takes size, counts and architecture from the stack's file, and its lists in each of Pulumi's two forms", () => {
    const text = [
      "config:",
      "  app: books",
      "  architecture: arm64",
      '  composeFiles: \'["base.yml","docker-compose-staging.yml"]\'',
      "  desiredCount: 3",
      '  maximumCount: "5"',
      "  taskCpu: 1024",
      "  taskMemoryMiB: 4096",
    ];
    const more = { "Pulumi.staging.yaml": text.join("\n"), "base.yml": web, "docker-compose-staging.yml": "{}" };
    expect(compose("check --stack staging", more).out).to.deep.equal([
      "base.yml, docker-compose-staging.yml: no problems; staging becomes 1 ECS service on arm64",
      "",
      "ECS service books-staging: 3 to 5 tasks of 1 vCPU, 4 GiB",
      "  web",
      "    image     books/staging/web, built here",
    ]);
  });

  it("checks for production a file whose name has no environment, with the settings of no stack, and says so", () => {
    const more = {
      "/srv/shop/compose.yml": `${web}    command: [serve, $ECS_ENV_NAME]\n`,
      "Pulumi.production.yaml": "config: {app: books, taskCpu: 1}",
    };
    expect(compose("check /srv/shop/compose.yml", more)).to.deep.equal({
      code: 0,
      err: [
        "/srv/shop/compose.yml: checked for the environment production, with the settings of no stack; give --stack NAME for those of Pulumi.NAME.yaml",
      ],
      out: [
        "/srv/shop/compose.yml: no problems; production becomes 1 ECS service on x86_64",
        "",
        "ECS service shop-production: 1 task of 0.25 vCPU, 512 MiB",
        "  web",
        "    image     shop/production/web, built here",
      ],
    });
    expect(compose("check compose.yml --variable A=1", { "compose.yml": web }).out[0]).to.contain("production becomes");
    expect(compose("explain web compose.yml", { "compose.yml": web }).out[0]).to.contain("shop-production");
  });

  it("reports what is seldom meant behind what is ignored, and each build context that is not there", () => {
    const more = { "docker-compose-staging.yml": `${web}  worker: {build: .}\nversion: "3"\n` };
    const message =
      'the build of "worker" is the very same as that of "web", and each is built and pushed; write "image: web" in each, and one build does for all';
    const place = { file: "docker-compose-staging.yml", line: 4, column: 12 };
    expect(compose("check --stack staging", more).out.slice(-3)).to.deep.equal([
      'docker-compose-staging.yml:5:1: "version" is ignored: Compose itself ignores it',
      "",
      `docker-compose-staging.yml:4:12: ${message}`,
    ]);
    expect(parsed("check --stack staging", more)).to.deep.include({ notes: [{ ...place, message }] });
    const absent = { "docker-compose-staging.yml": "services: {web: {build: absent}}" };
    expect(compose("check --stack staging", absent).err).to.deep.equal([
      "docker-compose-staging.yml:1:25: there is no directory absent to build in; commit it, or correct the path",
    ]);
    const made = { ...absent, "Pulumi.staging.yaml": "config: {sourceProvider: ECR}" };
    expect(compose("check --stack staging", made).code).to.equal(0);
  });

  it("takes variables from the command line instead of the stack's file", () => {
    const text = `${web}    environment: {A: $A, B: $B, C: $ECS_ENV_NAME}\n`;
    const given = "--variable A=1 --parameter B --variable ECS_ENV_NAME=live";
    expect(compose(`check my.yml ${given}`, { "my.yml": text }).out.slice(2)).to.deep.equal([
      "ECS service shop-live: 1 task of 0.25 vCPU, 512 MiB",
      "  web",
      "    image     shop/live/web, built here",
      "    variables A, C",
      "    secrets   B (/shop/live/B)",
    ]);
    const without = compose("check docker-compose-staging.yml --variable LOG_LEVEL=info");
    expect([without.code, without.err.join("\n").split("\n")]).to.deep.equal([
      1,
      [
        "docker-compose-staging.yml:8:21: nothing sets DATABASE_URL; set it or write ${DATABASE_URL:-default}",
        "docker-compose-staging.yml:23:73: nothing sets TOKEN; set it or write ${TOKEN:-default}",
        "to set a variable here, give --variable NAME=value, or --parameter NAME where its value is a secret; a stack has both in Pulumi.NAME.yaml",
      ],
    ]);
  });

  it("tells all problems with their places, in JSON, too, and ends with 1", () => {
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

  it("takes a stack with its organization and project, as Pulumi does", () => {
    expect(compose("check --stack acme/shop/staging")).to.deep.equal(compose("check --stack staging"));
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
      'docker-compose-staging.yml: no service has "build", and a pipeline needs an image to build and to deploy; write a Dockerfile (a single line with FROM and an image is enough), and add "build" to its service',
    ],
    [
      "a Pulumi.yaml that is no YAML",
      "check --stack staging",
      { "Pulumi.yaml": "name: [" },
      "Pulumi.yaml:1:1: not readable as YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; correct it",
    ],
    [
      "limits above the size that the stack asks for",
      "check --stack staging",
      {
        "Pulumi.staging.yaml": "config: {taskCpu: 256, taskMemoryMiB: 512}",
        "docker-compose-staging.yml": `${web}    cpus: 1\n`,
      },
      "docker-compose-staging.yml: the containers' limits need 1024 CPU units and 0 MiB; taskCpu 256 and taskMemoryMiB 512 are too small; set larger ones, or lower the limits",
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
        '3:61: parameters: a secret ("secure") is not allowed; set names in plain, and put each value with `npm run release -- parameters set NAME`',
        '4:39: composeFiles: "../a.yml" is not allowed; set paths of .yml files in the repository',
        "4:56: composeFiles: b.yml is there twice; remove one",
        "5:3: taskCpu 300 and taskMemoryMiB 0 are no Fargate size; set both to 0 or to a size that Fargate has",
        '6:38: desiredCount: "many" is not allowed; set a whole number',
        '7:29: app: a secret ("secure") is not allowed; set one plain value',
        "9:3: a value is set for C, but C is not declared; add it to parameters",
        '10:24: buildParameters: "D" is not declared; add it to parameters',
      ].map((line) => `Pulumi.staging.yaml:${line}`),
    ]);
  });

  const odd: readonly (readonly [string, string])[] = [
    ["foo", 'Pulumi.staging.yaml:1:1: a stack\'s file holds "config:" with a key in each line below it; write it so'],
    [
      "config: 5",
      'Pulumi.staging.yaml:1:9: a stack\'s file holds "config:" with a key in each line below it; write it so',
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

  it("ends with 2 and the usage where the command line is not understood", () => {
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

describe("npm run compose -- explain", () => {
  it("shows the container definition beside the lines that it comes from, of other files and anchors too", () => {
    const { code, out, err } = compose("explain web --stack staging");
    expect([code, err]).to.deep.equal([0, []]);
    expect(out).to.deep.equal([
      "web: container of the task definition shop-staging, 0.5 vCPU, 2 GiB",
      "",
      "container definition                   │ docker-compose-staging.yml",
      "───────────────────────────────────────┼───────────────────────────────────────",
      "name: web                              │    2  web:",
      "image: ACCOUNT.dkr.ecr.eu-central-1.am │    3  build: .",
      "    azonaws.com/shop/staging/web:COMMI │    4  image: acme/web",
      "    T                                  │",
      "essential: true                        │ (false where another waits for its",
      "                                       │     end)",
      "command:                               │    5  command: serve",
      "  - serve                              │",
      "environment:                           │    7  environment: &environment",
      "  - name: FROM_FILE                    │    9    LOG_LEVEL: ${LOG_LEVEL}",
      '    value: "1"                         │ web.env:',
      "  - name: LOG_LEVEL                    │    1  FROM_FILE=1",
      "    value: info                        │",
      "secrets:                               │    7  environment: &environment",
      "  - name: DATABASE_URL                 │    8    DATABASE_URL: ${DATABASE_URL}",
      "    valueFrom: arn:aws:ssm:eu-central- │",
      "        1:ACCOUNT:parameter/shop/stagi │",
      "        ng/DATABASE_URL                │",
      'portMappings:                          │    6  ports: ["80:3000"]',
      "  - containerPort: 3000                │",
      "    hostPort: 3000                     │",
      "    protocol: tcp                      │",
      "    name: web-3000                     │",
      "dependsOn:                             │   11  depends_on: {cache: {condition:",
      "  - containerName: cache               │       service_started}}",
      "    condition: START                   │",
      "readonlyRootFilesystem: false          │ (the default)",
      "cpu: 512                               │   12  cpus: 0.5",
      "memory: 1024                           │   13  mem_limit: 1g",
      "mountPoints: []                        │ (the default)",
      "volumesFrom: []                        │ (the default)",
      "systemControls: []                     │ (the default)",
      "logConfiguration:                      │ (every container logs to the",
      "  logDriver: awslogs                   │     environment's log group)",
      "  options:                             │",
      "    awslogs-group: /ecs/shop-staging   │",
      "    awslogs-region: eu-central-1       │",
      "    awslogs-stream-prefix:             │",
      "        shop-staging                   │",
      "dockerLabels:                          │ (what `up` and builds compare with)",
      "  compose-ecs-pipeline.compose: …      │",
      "  compose-ecs-pipeline.template: …     │",
      "───────────────────────────────────────┼───────────────────────────────────────",
      "(the count of the ECS service, unless  │   14  deploy: {replicas: 2}",
      "    the stack's configuration says     │",
      "    another)                           │",
    ]);
  });

  it("shows what writes the files of a container beside the lines that ask for them and say what they hold", () => {
    const shown = (service: string) => {
      const { definition, ...more } = parsed(`explain ${service} --stack staging`, {
        "docker-compose-staging.yml": withFiles,
      }) as {
        readonly addedFor?: string;
        readonly definition: readonly { readonly key: string; readonly lines: readonly { readonly line: number }[] }[];
      };
      const lines = definition.flatMap((one) =>
        one.lines.length > 0 ? [[one.key, one.lines.map(({ line }) => line)]] : [],
      );
      return [more.addedFor, Object.fromEntries(lines) as unknown];
    };
    expect([shown("web"), shown("web-files"), shown("migrate-files")[0]]).to.deep.equal([
      [undefined, { name: [2], image: [3, 4], dependsOn: [6, 7, 8], linuxParameters: [5], mountPoints: [6, 7, 8] }],
      [
        "web",
        {
          name: [8],
          image: [8],
          command: [8],
          entryPoint: [8],
          user: [8],
          environment: [8, 13],
          secrets: [8, 10],
          readonlyRootFilesystem: [8],
          mountPoints: [6, 8],
        },
      ],
      "migrate",
    ]);
    const [title] = compose("explain web-files --stack staging", { "docker-compose-staging.yml": withFiles }).out;
    expect(title).to.equal(
      "web-files: container of the task definition shop-staging, 0.25 vCPU, 512 MiB; no file names it: it writes the secrets and configs of web, and ends",
    );
  });

  it("fits any terminal of 80 columns or more", () => {
    const widths = (columns: number) =>
      Math.max(...compose("explain web --stack staging", {}, columns).out.map((line) => line.length));
    expect(
      [widths(40), widths(80), widths(120)].map((width, index) => width <= ([80, 80, 120][index] ?? 0)),
    ).to.deep.equal([true, true, true]);
    expect(compose("explain web --stack staging", {}, 120).out).to.not.deep.equal(
      compose("explain web --stack staging").out,
    );
  });

  it("says as JSON what a service's keys become, those of a text over several lines with all of them", () => {
    const more = {
      "docker-compose-staging.yml":
        "services:\n  web:\n    build: .\n    command: >-\n      run\n      this\n    x-team: shop\n    stop_grace_period: 1m\n",
    };
    const { definition, ...rest } = parsed("explain web --stack staging", more) as {
      definition: { key: string; lines: unknown[] }[];
    };
    const file = "docker-compose-staging.yml";
    expect(rest).to.deep.equal({
      problems: [],
      service: "web",
      files: [file],
      family: "shop-staging",
      size: { cpu: 256, memoryMiB: 512 },
      elsewhere: [
        {
          key: "x-team",
          value: "nothing: it is there for others, or for anchors",
          lines: [{ file, line: 7, text: "    x-team: shop" }],
        },
      ],
    });
    expect(definition.filter(({ lines }) => lines.length > 0)).to.deep.equal([
      { key: "name", value: "web", lines: [{ file, line: 2, text: "  web:" }] },
      {
        key: "image",
        value: "ACCOUNT.dkr.ecr.eu-central-1.amazonaws.com/shop/staging/web:COMMIT",
        lines: [{ file, line: 3, text: "    build: ." }],
      },
      {
        key: "command",
        value: ["run", "this"],
        lines: [
          { file, line: 4, text: "    command: >-" },
          { file, line: 5, text: "      run" },
          { file, line: 6, text: "      this" },
        ],
      },
      { key: "stopTimeout", value: 60, lines: [{ file, line: 8, text: "    stop_grace_period: 1m" }] },
    ]);
  });

  it("explains a release task, and refuses a service that ECS does not run", () => {
    expect(compose("explain migrate --stack staging").out[0]).to.equal(
      "migrate: container of the task definition shop-staging-migrate, 0.25 vCPU, 512 MiB",
    );
    expect(["console", "lint", "wbe"].map((name) => compose(`explain ${name} --stack staging`))).to.deep.equal(
      [
        "console: it is for people only, and ECS does not run it; choose another service",
        "lint: it is for tests only, and ECS does not run it; choose another service",
        'docker-compose-staging.yml: there is no service "wbe"; choose one of web, cache, worker, migrate, lint, console',
      ].map((line) => ({ code: 1, out: [], err: [line] })),
    );
  });
});

describe("the table of where a container definition comes from", () => {
  it("has every key that a definition can have", () => {
    const whole = container("web", {
      command: ["a"],
      entryPoint: ["a"],
      workingDirectory: "/a",
      user: "a",
      healthCheck: { command: ["CMD", "a"], intervalSeconds: 5, timeoutSeconds: 2, retries: 1, startPeriodSeconds: 0 },
      image: { reference: "a" },
      init: true,
      stopTimeoutSeconds: 1,
      cpu: 1,
      memoryMiB: 4,
      memoryReservationMiB: 4,
      labels: { a: "1" },
      restart: { ignoredExitCodes: [] },
      openFiles: { soft: 1, hard: 1 },
      interactive: true,
      terminal: true,
    });
    const task = { containers: [whole], volumes: [], size: whole.size, connected: true };
    const [made] = taskTemplate({ names: stagingNames, family: "a", task, parameterNames: {} }).containers;
    const keys = Object.keys(made?.definition ?? {});
    expect(Object.keys(definitionOrigins).toSorted()).to.deep.equal(keys.toSorted());
  });

  it("tells a tmpfs from a volume, though both may stand below one key", () => {
    const lines = `${web}    tmpfs: ["/run:size=64m"]
    volumes:
      - data:/data
      - {type: tmpfs, target: /tmp, tmpfs: {size: 1m}}
volumes: {data: }
`;
    const { definition } = parsed("explain web --stack staging", { "docker-compose-staging.yml": lines }) as {
      readonly definition: readonly { readonly key: string; readonly lines: readonly { readonly line: number }[] }[];
    };
    const of = (key: string) => definition.find((one) => one.key === key)?.lines.map(({ line }) => line);
    expect([of("linuxParameters"), of("mountPoints")]).to.deep.equal([
      [4, 5, 7],
      [5, 6],
    ]);
  });

  it("names keys of Compose that are translated, and no others", () => {
    const translated = ({ keys, below = {} }: Level): readonly string[] =>
      Object.entries(keys).flatMap(([key, fate]) => {
        const inner = below[key];
        return typeof fate === "string"
          ? [key, ...(inner ? translated(inner) : []).map((path) => `${key}.${path}`)]
          : [];
      });
    const service = levels.named?.["services"];
    const known = service === undefined ? [] : translated(service);
    const from = Object.values(definitionOrigins).flatMap((origin) => origin.from);
    expect(from.filter((path) => !known.includes(path.replace(/\[\w+\]$/, "")))).to.deep.equal([]);
  });
});
