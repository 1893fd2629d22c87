import { expect } from "chai";
import { parse } from "yaml";
import { init, usual, type Application } from "./init-world.ts";
import { shapes } from "./shapes.ts";

const dockerfile = { Dockerfile: "FROM scratch\nEXPOSE 3000\n" };
const compose = "services:\n  web:\n    build: .\n    ports:\n      - 3000:3000\n";
const simple: Application = { files: { ...dockerfile, "docker-compose.yml": compose } };
const schema = "# yaml-language-server: $schema=node_modules/compose-ecs-pipeline/dist/settings/stack.schema.json\n";

/** The application of a shape. */
function shaped(name: string): Application {
  const shape = shapes.find((one) => one.name === name);
  return { files: { ...shape?.files, "docker-compose.yml": shape?.text ?? "" }, ignored: shape?.ignored ?? [] };
}

/** The keys of a stack's file, without the prefix of the application. */
const settingsOf = (text = ""): unknown =>
  Object.fromEntries(
    Object.entries((parse(text) as { readonly config: Readonly<Record<string, unknown>> }).config).map(
      ([key, value]) => [key.replace(/^shop:/, ""), value],
    ),
  );

describe("init", function () {
  this.timeout(10_000);

  it("writes infra/ and the environment's Compose file, says each file and why, and ends with the verdict and two commands", async () => {
    const { code, out, files } = await init(simple);
    expect([code, ...out]).to.deep.equal([
      0,
      "application shop, GitHub acme/shop, eu-central-1",
      "environment staging: from docker-compose.yml",
      "",
      "made  infra/package.json: the versions of this package and of Pulumi",
      "made  infra/Pulumi.yaml: the Pulumi project, named after the application: shop",
      "made  infra/index.ts: the program",
      "made  infra/.gitignore: what Git leaves out",
      "made  infra/README.md: what this folder is, for your team",
      "made  infra/Pulumi.staging.yaml: the settings of staging",
      "made  docker-compose-staging.yml: what runs in staging, made from docker-compose.yml",
      "",
      "docker-compose-staging.yml: no problems; staging becomes 1 ECS service on x86_64",
      "",
      "Next:",
      "  cd infra && npm install",
      "  npx compose-ecs-pipeline up --stack staging",
    ]);
    expect(files["infra/index.ts"]).to.equal(
      'import { deliver } from "compose-ecs-pipeline";\nexport const { url, environment } = await deliver();\n',
    );
    expect(parse(files["infra/Pulumi.yaml"] ?? "")).to.deep.include({
      name: "shop",
      runtime: { name: "nodejs", options: { typescript: false, nodeargs: "--import compose-ecs-pipeline/node-check" } },
    });
    expect(JSON.parse(files["infra/package.json"] ?? "")).to.deep.include({ private: true, type: "module" });
    expect(files["infra/Pulumi.staging.yaml"]).to.equal(`${schema}config:
  aws:region: eu-central-1
  shop:applicationDirectory: ..
  shop:sourceRepository: acme/shop
  shop:filePaths:
    - "!infra/**"
  # The load balancer asks /health, and takes a task only while it answers 200. Another path:
  # shop:healthCheckPath: /
`);
  });

  it("names its own package as given, with Pulumi's exact versions, and never by a bare version", async () => {
    const { files } = await init(simple);
    const { dependencies } = JSON.parse(files["infra/package.json"] ?? "") as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    expect(dependencies["compose-ecs-pipeline"]).to.equal("https://example.com/compose-ecs-pipeline-0.2.0.tgz");
    const { code, err } = await init(simple, "--yes --region eu-central-1 --package 0.2.0");
    expect([code, err[0]]).to.deep.equal([
      2,
      "init: --package 0.2.0: write a tarball (./compose-ecs-pipeline-1.0.0.tgz), a URL or a Git repository; a version alone names a package of the registry, which is not this one",
    ]);
  });

  it("copies a tarball next to the package.json", async () => {
    const files = { ...simple.files, "compose-ecs-pipeline-0.2.0.tgz": "packed" };
    const made = await init({ files }, "--yes --region eu-central-1 --package ./compose-ecs-pipeline-0.2.0.tgz");
    expect(made.files["infra/compose-ecs-pipeline-0.2.0.tgz"]).to.equal("packed");
    expect(made.files["infra/package.json"]).to.include(
      '"compose-ecs-pipeline": "file:./compose-ecs-pipeline-0.2.0.tgz"',
    );
  });

  it("keeps each existing file, and says so", async () => {
    const kept = {
      "infra/Pulumi.yaml": "name: shop\n",
      "infra/.gitignore": "mine\n",
      "docker-compose-staging.yml": compose,
    };
    const { out, files } = await init({ files: { ...simple.files, ...kept } });
    expect(files).to.include(kept);
    expect(out.filter((line) => line.startsWith("kept"))).to.deep.equal([
      "kept  infra/Pulumi.yaml: it exists already",
      "kept  infra/.gitignore: it exists already",
      "kept  docker-compose-staging.yml: it exists already",
    ]);
  });

  it("prints what it would write with --dry-run, and writes nothing", async () => {
    const { out, files } = await init(simple, `${usual} --dry-run`);
    expect(Object.keys(files)).to.deep.equal([".gitignore", "Dockerfile", "docker-compose.yml"]);
    expect(out.join("\n")).to.include("would make  infra/Pulumi.staging.yaml: the settings of staging\n    # yaml");
  });

  it("makes a Compose file from a Dockerfile alone, with the port of its EXPOSE", async () => {
    const { files, out } = await init({ files: dockerfile });
    expect(parse(files["docker-compose-staging.yml"] ?? "")).to.deep.equal({
      services: { web: { build: ".", ports: ["3000"] } },
    });
    expect(out.join("\n")).to.include("no problems");
  });

  it("writes the folders of a monorepo, and what changes only infra starts no release", async () => {
    const { files } = await init({ ...simple, inside: "services/shop" }, `${usual} --name shop`);
    expect(settingsOf(files["services/shop/infra/Pulumi.staging.yaml"])).to.deep.equal({
      "aws:region": "eu-central-1",
      applicationDirectory: "..",
      repositoryDirectory: "services/shop",
      sourceRepository: "acme/shop",
      filePaths: ["!services/shop/infra/**"],
    });
  });

  it("writes the program outside of the repository, where no path of it is left out", async () => {
    const { out } = await init(simple, `${usual} --directory ../shop-infra --dry-run`);
    const text = out.join("\n");
    expect(text).to.include("shop:applicationDirectory: ../repository");
    expect(text).not.to.include("filePaths");
    expect(text).to.include("  cd ../shop-infra && npm install");
  });

  it("writes several environments, each with the branch of its name, or the one that is given", async () => {
    const application = { ...simple, branches: ["staging", "live"] };
    const { files } = await init(application, `${usual} --environment staging,production --branch production=live`);
    const branches = ["staging", "production"].map((one) => settingsOf(files[`infra/Pulumi.${one}.yaml`]));
    expect(branches.map((settings) => (settings as { readonly branch: string }).branch)).to.deep.equal([
      "staging",
      "live",
    ]);
    expect(Object.keys(files)).to.include("docker-compose-production.yml");
  });

  it("writes no branch and no provider where they are the defaults, and both where they are not", async () => {
    const { files } = await init(
      { ...simple, remote: "https://gitlab.com/acme/web/shop.git" },
      `${usual} --branch trunk`,
    );
    expect(settingsOf(files["infra/Pulumi.staging.yaml"])).to.deep.include({
      sourceProvider: "GitLab",
      sourceRepository: "acme/web/shop",
      branch: "trunk",
    });
  });

  it("takes the region from a CodeCommit remote, whose pipeline reads no paths", async () => {
    const remote = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop";
    const { files } = await init({ ...simple, remote }, "--yes --package https://example.com/p.tgz");
    expect(settingsOf(files["infra/Pulumi.staging.yaml"])).to.deep.equal({
      "aws:region": "eu-west-1",
      applicationDirectory: "..",
      sourceProvider: "CodeCommit",
      sourceRepository: "shop",
    });
  });

  it("writes the whole program with --own-program", async () => {
    const { files } = await init(simple, `${usual} --own-program`);
    expect(files["infra/index.ts"])
      .to.match(/^import \{\n {2}BuildProject,/)
      .and.include("const plan = await planEnvironment(settings);");
  });

  const refused: readonly (readonly [string, Application, string, string])[] = [
    [
      "an empty folder",
      { files: { "README.md": "" } },
      usual,
      "there is neither a Dockerfile nor a Compose file; run init in the application's folder, or write a Dockerfile",
    ],
    [
      "no region",
      simple,
      "--yes --package https://example.com/p.tgz",
      "init: region of AWS, as in eu-central-1: it was not found; give --region",
    ],
    [
      "an unknown package",
      simple,
      "--yes --region eu-central-1",
      "init: where npm gets this package: a tarball, URL or Git repository: it was not found; give --package",
    ],
    [
      "no remote",
      { ...simple, remote: "" },
      usual,
      "init: where the repository is (GitHub, GitLab, Bitbucket or CodeCommit): it was not found; give --provider",
    ],
    [
      "a port that nothing says",
      { files: { Dockerfile: "FROM scratch\n" } },
      usual,
      "init: the port at which the application listens, or none: it was not found; give --port",
    ],
    [
      "a variable that nothing sets",
      { files: { ...dockerfile, "compose.yml": "services:\n  web:\n    build: .\n    user: ${WHO}\n" } },
      usual,
      "init: nothing sets WHO, which compose.yml reads; give --variable WHO=value",
    ],
    [
      "a name that is too long",
      simple,
      `${usual} --name a-very-long-application-name`,
      'init: --name a-very-long-application-name: write at most 25 characters together with "-staging"; S3 and ELB allow no more',
    ],
    [
      "a name that AWS reserves",
      simple,
      `${usual} --name aws-shop`,
      'init: --name aws-shop: write another name: "aws-shop-staging" begins with "aws", and a parameter\'s path may not begin with that',
    ],
    [
      "a tarball that does not exist",
      simple,
      "--yes --region eu-central-1 --package ./compose-ecs-pipeline-9.9.9.tgz",
      "init: --package ./compose-ecs-pipeline-9.9.9.tgz: there is no such file; write a tarball (./compose-ecs-pipeline-1.0.0.tgz), a URL or a Git repository; a version alone names a package of the registry, which is not this one",
    ],
    ["no one to ask", simple, "", "init: there is no one to ask; give --yes"],
  ];
  for (const [what, application, options, message] of refused) {
    it(`refuses ${what} in one line, and writes nothing`, async () => {
      const { code, err, files } = await init(application, options);
      expect([code === 0, err[0]?.endsWith(message)], err[0]).to.deep.equal([false, true]);
      expect(Object.keys(files).some((path) => path.startsWith("infra"))).to.equal(false);
    });
  }

  it("asks a person for the name, with its limits and a proposal, and for what it did not find", async () => {
    const { done } = await init(
      { ...simple, reply: "shop" },
      "--region eu-central-1 --package https://example.com/p.tgz",
    );
    expect(done).to.deep.equal([
      "name of the application (2 or more lower-case letters, digits and single hyphens, beginning with a letter; at most 25 characters together with a hyphen and the environment's name) [shop]: ",
    ]);
  });

  it("prepares Rails: stores that `up` creates, parameters, a worker of the same image and a release service", async () => {
    const { files, out } = await init(shaped("rails"));
    expect(settingsOf(files["infra/Pulumi.staging.yaml"])).to.deep.include({
      databaseEngine: "postgres",
      cacheEngine: "redis",
      parameters: ["SECRET_KEY_BASE"],
    });
    const services = (
      parse(files["docker-compose-staging.yml"] ?? "") as { readonly services: Readonly<Record<string, unknown>> }
    ).services;
    expect(services["migrate"]).to.deep.equal({
      profiles: ["release"],
      image: "shop/web",
      command: "bin/rails db:migrate",
      environment: {
        DATABASE_URL: "${DATABASE_URL}",
        REDIS_URL: "${REDIS_URL}",
        RAILS_ENV: "development",
        SECRET_KEY_BASE: "${SECRET_KEY_BASE}",
      },
    });
    expect(services["sidekiq"]).to.deep.include({ "x-ecs": { service: "sidekiq" }, image: "shop/web" });
    expect(services["db"]).to.deep.include({ profiles: ["local"] });
    expect(out).to.include(
      "docker-compose-staging.yml: no problems; staging becomes 2 ECS services and 1 release task on x86_64",
    );
  });

  it("takes the migration out of a command as a release service, and leaves a worker that merges its keys without a port", async () => {
    const text = `services:
  web: &web
    build: .
    command: bash -c "rm -f server.pid && bundle exec rails db:migrate && bundle exec rails s -b 0.0.0.0"
    ports:
      - "3000:3000"
  worker:
    <<: *web
    command: bundle exec sidekiq
    ports: []
  mailer:
    <<: *web
    command: bundle exec mailer
`;
    const { files, out } = await init({ files: { ...dockerfile, "docker-compose.yml": text } });
    expect(out).to.include(
      "docker-compose-staging.yml: no problems; staging becomes 3 ECS services and 1 release task on x86_64",
    );
    const written = parse(files["docker-compose-staging.yml"] ?? "", { merge: true }) as {
      readonly services: Readonly<Record<string, { readonly ports?: unknown; readonly command?: unknown }>>;
    };
    const ports = Object.entries(written.services).map(([name, service]) => [name, service.ports]);
    expect(ports).to.deep.equal([
      ["web", ["3000:3000"]],
      ["worker", []],
      ["mailer", []],
      ["migrate", undefined],
    ]);
    expect(written.services["migrate"]?.command).to.equal("bundle exec rails db:migrate");
  });

  it("prepares Django: an env file that Git does not have becomes variables, without its values", async () => {
    const { files } = await init(shaped("django-celery"));
    const text = files["docker-compose-staging.yml"] ?? "";
    expect(text).to.include(
      '    # init: .env is not in the repository; its 5 variable(s) are below "environment"\n    # env_file: .env\n',
    );
    expect(text).to.include("command: python manage.py migrate --noinput");
    expect(text).to.include(
      "# init: every task would migrate at its start; take it out, a service with the profile release does it\n",
    );
    expect(settingsOf(files["infra/Pulumi.staging.yaml"])).to.deep.include({
      cacheVariable: "CELERY_BROKER_URL",
      parameters: ["SECRET_KEY"],
    });
  });

  it("prepares Node: a secret in the file becomes a parameter, and a server that `up` cannot create an ECS service", async () => {
    const { files } = await init(shaped("node"));
    const { services } = parse(files["docker-compose-staging.yml"] ?? "") as {
      readonly services: Readonly<Record<string, unknown>>;
    };
    expect(services["app"]).to.deep.include({
      environment: ["NODE_ENV=production", "MONGO_URL=mongodb://mongo:27017/app", "JWT_SECRET=${JWT_SECRET}"],
    });
    expect(services["mongo"]).to.deep.include({ "x-ecs": { service: "mongo" }, expose: ["27017"] });
    expect(services["migrate"]).to.deep.include({ command: "npm run migrate", image: "shop/app" });
    expect(settingsOf(files["infra/Pulumi.staging.yaml"])).to.deep.include({ parameters: ["JWT_SECRET"] });
  });
});
