import { expect } from "chai";
import { describe, it } from "mocha";
import { compose, parsed, withFiles } from "./command.ts";

describe("npm run compose -- explain", () => {
  it("shows the container definition next to the lines that it comes from, also those of other files and anchors", () => {
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
      "essential: true                        │ (false if another container waits for",
      "                                       │     its end)",
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
      "(the number of tasks of the ECS        │   14  deploy: {replicas: 2}",
      "    service, unless the stack's        │",
      "    configuration sets it)             │",
    ]);
  });

  it("shows the container that writes files next to the lines that ask for them and that hold their content", () => {
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
      "web-files: container of the task definition shop-staging, 0.25 vCPU, 512 MiB; it is in no file: it writes the secrets and configs of web, and ends",
    );
  });

  it("fits any terminal of at least 80 columns", () => {
    const widths = (columns: number) =>
      Math.max(...compose("explain web --stack staging", {}, columns).out.map((line) => line.length));
    expect(
      [widths(40), widths(80), widths(120)].map((width, index) => width <= ([80, 80, 120][index] ?? 0)),
    ).to.deep.equal([true, true, true]);
    expect(compose("explain web --stack staging", {}, 120).out).to.not.deep.equal(
      compose("explain web --stack staging").out,
    );
  });

  it("prints as JSON what a service's keys become, with all lines of a text over several lines", () => {
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
          value: "nothing: other tools or anchors use it",
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
