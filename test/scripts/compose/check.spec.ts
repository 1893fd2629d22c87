import { expect } from "chai";
import { describe, it } from "mocha";
import { compose, parsed, web, withFiles } from "./command.ts";

describe("npm run compose -- check", () => {
  it("prints what each service becomes", () => {
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
        "ECS service shop-staging-worker: 1 to 4 tasks of 0.25 vCPU, 512 MiB; 50 % on Fargate Spot; a deployment replaces tasks start-first, 1 at a time",
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

  it("prints the files of a container, what writes them, and which lines ask for them", () => {
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

  it("prints the report as one JSON object", () => {
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
              ...none,
              ...web,
              cpu: 512,
              memoryMiB: 1024,
              ports: [3000],
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
              ...none,
              ...web,
              name: "worker",
              environment: ["LOG_LEVEL"],
              secrets: { DATABASE_URL },
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
          file: "docker-compose-staging.yml",
          line: 19,
          column: 5,
          key: "services.*.container_name",
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

  it("reads the files of a stack in the application's folder, and names them by their paths there", () => {
    const stack = "config: {books:applicationDirectory: ../shop}\n";
    const text = `${web}    env_file: web.env\n    version: 1\n`;
    const more = { "Pulumi.yaml": "name: books\n", "Pulumi.staging.yaml": stack, "../shop/web.env": "A=1\n" };
    expect(compose("check --stack staging", { ...more, "../shop/docker-compose-staging.yml": text })).to.deep.equal({
      code: 1,
      out: [],
      err: ['docker-compose-staging.yml:5:5: Compose has no key "version" for a service; correct or remove it'],
    });
    const fine = { ...more, "../shop/docker-compose-staging.yml": text.replace(/ *version.*\n/, "") };
    expect(compose("check --stack staging", fine).out).to.deep.equal([
      "docker-compose-staging.yml: no problems; staging becomes 1 ECS service on x86_64",
      "",
      "ECS service books-staging: 1 task of 0.25 vCPU, 512 MiB",
      "  web",
      "    image     books/staging/web, built here",
      "    variables A",
    ]);
    const explained = compose("explain web --stack staging", fine).out;
    expect(explained.flatMap((line) => /│.*(?:web\.env|A=1).*/.exec(line) ?? [])).to.deep.equal([
      "│    4  env_file: web.env",
      "│ web.env:",
      "│    1  A=1",
    ]);
    const project = { ...fine, "Pulumi.yaml": "name: books\nconfig: {applicationDirectory: ../shop}\n" };
    expect(compose("check --stack staging", { ...project, "Pulumi.staging.yaml": "config: {}\n" }).code).to.equal(0);
  });

  it("checks a file without an environment in its name for production, without the settings of a stack, and says so", () => {
    const more = {
      "/srv/shop/compose.yml": `${web}    command: [serve, $ECS_ENV_NAME]\n`,
      "Pulumi.production.yaml": "config: {app: books, taskCpu: 1}",
    };
    expect(compose("check /srv/shop/compose.yml", more)).to.deep.equal({
      code: 0,
      err: [
        "/srv/shop/compose.yml: checked for the environment production, without the settings of a stack; give --stack NAME for those of Pulumi.NAME.yaml",
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

  it("reports probable mistakes after ignored keys, and each build context that does not exist", () => {
    const more = { "docker-compose-staging.yml": `${web}  worker: {build: .}\nversion: "3"\n` };
    const message =
      'the build of "worker" is the same as that of "web", but each is built and pushed; write "image: web" in each, so that one build is enough';
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

  it("takes variables from the command line instead of from the stack's file", () => {
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

  it("takes a stack with its organization and project, as Pulumi does", () => {
    expect(compose("check --stack acme/shop/staging")).to.deep.equal(compose("check --stack staging"));
  });
});
