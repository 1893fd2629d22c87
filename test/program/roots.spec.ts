import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { planIn } from "../../build/code/plan-step.ts";
import { Refusal } from "../../components/kit/refusal.ts";
import { composeLabel } from "../../compose/index.ts";
import { cloud, only } from "../support/cloud.ts";
import { runProgram } from "../support/program.ts";

/** Files of an application; each of them decides what some container is, or is needed to build it. */
const application: Readonly<Record<string, string>> = {
  "docker-compose-staging.yml": `include: [shared/jobs.yml]
services:
  web:
    extends: {file: base/web.yml, service: web}
    env_file: env/web.env
    configs: [{source: settings, target: /etc/shop/settings.ini}]
  migrate: {image: "shop/web:\${IMAGE_TAG:-latest}", profiles: [release], env_file: env/web.env}
configs:
  settings: {file: config/settings.ini}
`,
  "base/web.yml": `services:
  web:
    build: {context: .., dockerfile: docker/Dockerfile}
    image: shop/web:\${IMAGE_TAG:-latest}
    env_file: web.env
    ports: ["80:3000"]
`,
  "base/web.env": "BASE=1\n",
  "shared/jobs.yml": `services:
  jobs:
    image: shop/web:\${IMAGE_TAG:-latest}
    x-ecs: {service: worker}
    env_file: jobs.env
`,
  "shared/jobs.env": "QUEUE=fast\n",
  "env/web.env": "LEVEL=info\n",
  "config/settings.ini": "colour = blue\n",
  "docker/Dockerfile": "FROM scratch\n",
};

/** Where an application and the program are. */
interface Layout {
  readonly title: string;
  /** The application's repository, the application in it, and the program's folder. */
  readonly repository: string;
  readonly repositoryDirectory: string;
  readonly infra: string;
  readonly applicationDirectory: string;
}

/** In a subfolder of a monorepo. */
const monorepo: Layout = {
  title: "an application in a subfolder of a monorepo",
  repository: "acme",
  repositoryDirectory: "services/shop",
  infra: "acme/services/shop/infra",
  applicationDirectory: "..",
};

const layouts: readonly Layout[] = [
  monorepo,
  {
    title: "infra beside the application",
    repository: "shop",
    repositoryDirectory: "",
    infra: "shop/infra",
    applicationDirectory: "..",
  },
  {
    title: "infra in a separate repository",
    repository: "code/shop",
    repositoryDirectory: "",
    infra: "operations/shop/infra",
    applicationDirectory: "../../../code/shop",
  },
];

describe("an application and its infra in different places", function () {
  // Each run of the program registers a whole environment.
  this.timeout(60_000);
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "roots-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** Writes the folders of a layout, runs `up` in the program's folder, and returns the fingerprints of the containers. */
  async function up(layout: Layout, texts = application): Promise<Fingerprints> {
    const { repository, repositoryDirectory, infra, applicationDirectory } = layout;
    rmSync(join(root, repository), { recursive: true, force: true });
    mkdirSync(join(root, infra), { recursive: true });
    for (const [path, text] of Object.entries(texts)) {
      const file = join(root, repository, repositoryDirectory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const settings = { applicationDirectory, repositoryDirectory, parameters: "[]" };
    const config = Object.entries(settings).map(([key, value]) => [`compose-ecs-pipeline:${key}`, value] as const);
    await runProgram({ stack: "staging", config: Object.fromEntries(config), directory: join(root, infra) });
    return registered();
  }

  /**
   * The fingerprints that a build finds in the folder where it works, in a clone of the repository, with some files
   * changed.
   */
  function build({ repository }: Layout, changed: Readonly<Record<string, string>> = {}) {
    const clone = mkdtempSync(join(root, "clone-"));
    cpSync(join(root, repository), clone, { recursive: true });
    const env: Readonly<Record<string, string>> = {
      CODEBUILD_RESOLVED_SOURCE_VERSION: "0123abc",
      ...buildVariables(),
    };
    // The first thing that a buildspec does.
    const cwd = join(clone, env["SOURCE_DIRECTORY"] ?? "");
    for (const [path, text] of Object.entries(changed)) writeFileSync(join(cwd, path), text);
    const { fingerprints } = planIn(cwd, env);
    return { ...fingerprints.services, "shop-staging-migrate": fingerprints.release };
  }

  it("give the same fingerprints in each layout, in `up` and in a build", async () => {
    const found: Record<string, readonly Fingerprints[]> = {};
    for (const layout of layouts) found[layout.title] = [await up(layout), build(layout)];
    const [one] = found[layouts[0]?.title ?? ""] ?? [];
    expect(Object.entries(one ?? {}).map(([task, containers]) => [task, Object.keys(containers)])).to.deep.equal([
      ["shop-staging", ["web", "web-files"]],
      ["shop-staging-migrate", ["migrate"]],
      ["shop-staging-worker", ["jobs"]],
    ]);
    expect(found).to.deep.equal(Object.fromEntries(layouts.map(({ title }) => [title, [one, one]])));
  });

  it("give other fingerprints if a file of the application differs", async () => {
    const before = await up(monorepo);
    const differing = (path: string): readonly string[] => {
      const after = build(monorepo, { [path]: `${application[path] ?? ""}MORE=1\n` });
      const containers = Object.entries(after).flatMap(([task, all]) =>
        Object.keys(all).filter((name) => JSON.stringify(all[name]) !== JSON.stringify(before[task]?.[name])),
      );
      return containers.toSorted();
    };
    expect(files.map((path) => [path, differing(path)])).to.deep.equal([
      ["base/web.env", ["web"]],
      ["env/web.env", ["migrate", "web"]],
      ["shared/jobs.env", ["jobs"]],
      ["config/settings.ini", ["web", "web-files"]],
    ]);
  });

  it("refuse what is missing by its path in the application", async () => {
    const without = (...gone: readonly string[]) =>
      Object.fromEntries(Object.entries(application).filter(([path]) => !gone.includes(path)));
    expect(await refusalOf(up(monorepo, without("env/web.env", "config/settings.ini")))).to.deep.equal([
      'docker-compose-staging.yml:5:15: there is no file env/web.env to read; commit it, or write "required: false" next to its "path"',
      'docker-compose-staging.yml:7:84: there is no file env/web.env to read; commit it, or write "required: false" next to its "path"',
      "docker-compose-staging.yml:9:20: there is no file config/settings.ini to read; commit it or correct the path",
    ]);
    expect(await refusalOf(up(monorepo, without("docker/Dockerfile")))).to.deep.equal([
      'base/web.yml:3:38: there is no file docker/Dockerfile to build with; commit it, or correct "dockerfile"',
    ]);
    expect(await refusalOf(up(monorepo, without("docker-compose-staging.yml")))).to.deep.equal([
      "docker-compose-staging.yml: there is no such file; the stack staging needs it in the application's folder (applicationDirectory: ..)",
    ]);
  });

  it("refuse an applicationDirectory that is not a folder, before AWS is asked", async () => {
    const answers = {
      "aws:index/getCallerIdentity:getCallerIdentity": () => {
        throw new Error("AWS was asked");
      },
    };
    const config = { "compose-ecs-pipeline:applicationDirectory": "../nowhere" };
    expect(await refusalOf(runProgram({ stack: "staging", config, answers, directory: root }))).to.deep.equal([
      'Pulumi.staging.yaml: applicationDirectory: there is no folder "../nowhere"; set the application\'s folder, relative to the folder with Pulumi.yaml',
    ]);
  });
});

/** The lines of a refusal; says so if there is none. */
const refusalOf = async (running: Promise<unknown>): Promise<readonly string[]> =>
  await running.then(
    () => ["no refusal"],
    (error: unknown) => (error instanceof Refusal ? error.message.split("\n") : [String(error)]),
  );

type Fingerprints = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The files whose content is part of a container. */
const files = ["base/web.env", "env/web.env", "shared/jobs.env", "config/settings.ini"];

/** The fingerprints in the labels of the registered task definitions, by family and container. */
const registered = (): Fingerprints =>
  Object.fromEntries(
    cloud
      .filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
      .map(({ name, inputs }) => {
        const containers = JSON.parse(String(inputs["containerDefinitions"])) as readonly ContainerDefinition[];
        const labels = containers.map(
          (one) => [one.name, JSON.parse(one.dockerLabels[composeLabel] ?? "null")] as const,
        );
        return [name, Object.fromEntries<unknown>(labels)] as const;
      }),
  );

interface ContainerDefinition {
  readonly name: string;
  readonly dockerLabels: Readonly<Record<string, string>>;
}

/** The variables of the registered build project. */
function buildVariables(): Readonly<Record<string, string>> {
  const { environment } = only("aws:codebuild/project:Project", "shop-staging-build").inputs as {
    readonly environment: {
      readonly environmentVariables: readonly { readonly name: string; readonly value: string }[];
    };
  };
  return Object.fromEntries(environment.environmentVariables.map(({ name, value }) => [name, value]));
}
