import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { compareCode } from "../../build/code/compare-step.ts";
import { filesOf, writeFiles } from "../../build/code/plan-folder.ts";
import { composeLabel } from "../../compose/index.ts";
import { awsError, type Answers } from "../support/command-line.ts";
import { compose, environment, inFolder, noRights, plan, play, useFolder } from "./plan-bench.ts";

/** Containers of a revision: their labels by name, and their images. */
interface Containers {
  readonly labels: Readonly<Record<string, unknown>>;
  readonly images?: Readonly<Record<string, string>>;
}

const revision = ({ labels, images = {} }: Containers) => ({
  taskDefinition: {
    containerDefinitions: Object.entries(labels).map(([name, label]) => ({
      name,
      image: images[name],
      ...(label !== undefined && {
        dockerLabels: { [composeLabel]: typeof label === "string" ? label : JSON.stringify(label) },
      }),
    })),
  },
});

/** ECS with the given revisions: of ECS services by their names, of release services by theirs. */
function ecsWith(
  services: Readonly<Record<string, Containers>>,
  release: Readonly<Record<string, Containers>>,
): Answers {
  const revisions = new Map<string, Containers>([
    ...Object.entries(services).map(([name, containers]) => [`arn:used/${name}`, containers] as const),
    ...Object.entries(release).map(([name, containers]) => [`arn:shop-staging-${name}:3`, containers] as const),
  ]);
  return {
    DescribeServices: ({ services: asked }: { services: readonly string[] }) => ({
      services: asked
        .filter((name) => services[name] !== undefined)
        .map((serviceName) => ({ serviceName, status: "ACTIVE", taskDefinition: `arn:used/${serviceName}` })),
    }),
    DescribeTaskDefinition: ({ taskDefinition }: { taskDefinition: string }) => {
      const found = revisions.get(taskDefinition);
      if (found === undefined) throw awsError("ClientException", "Unable to describe task definition.");
      return revision(found);
    },
  };
}

const changed = (what: string): string =>
  `docker-compose-staging.yml: this commit changes the task definition (${what}); run "pulumi up" for the stack from this commit, then "release"`;

/** The variables of a stack with these ECS services and release services. */
const stackWith = (services: readonly string[], release: readonly string[]) => ({
  ECS_SERVICES: services.join(" "),
  RELEASE_REVISIONS: release.map((name) => `${name}:3`).join(" "),
});

describe("the verb compare", () => {
  useFolder();

  /** Writes the plan of the folder's Compose file; what the same file has made runs in ECS. */
  const planned = () => {
    const made = plan();
    writeFiles(inFolder("plan"), filesOf(made, [], environment));
    const { services, release } = made.fingerprints;
    return {
      service: { labels: services["shop-staging"] ?? {} },
      release: Object.fromEntries(
        Object.entries(release).map(([name, print]) => [name, { labels: { [name]: print } }]),
      ),
    };
  };

  const own = stackWith(["shop-staging"], ["migrate", "notify"]);

  it("writes what is released if what runs came from the same Compose file", async () => {
    const { service, release } = planned();
    const { err, said, calls, released } = await play(compareCode, ecsWith({ "shop-staging": service }, release), own);
    expect({ err, said, released }).to.deep.equal({
      err: [],
      said: [],
      released: ["imagedefinitions.json", "release.json"],
    });
    expect(calls.map(([operation]) => operation)).to.deep.equal([
      "DescribeServices",
      "DescribeTaskDefinition",
      "DescribeTaskDefinition",
      "DescribeTaskDefinition",
    ]);
    expect(released.map((file) => JSON.parse(readFileSync(inFolder(file), "utf8")) as unknown)).to.deep.equal([
      [
        { name: "proxy", imageUri: "registry.example/shop/staging/proxy:0123abc" },
        { name: "web", imageUri: "registry.example/shop/staging/web:0123abc" },
      ],
      {
        format: 1,
        images: [
          { name: "migrate", imageUri: "registry.example/shop/staging/web:0123abc" },
          { name: "notify", imageUri: "curl:1" },
        ],
      },
    ]);
  });

  it("notices a container that changes from one image built here to another, whatever tag or digest runs", async () => {
    const { service, release } = planned();
    const compared = async (proxy: string, web: string, migrate: string) => {
      const services = { "shop-staging": { ...service, images: { proxy, web, cache: "cache:1" } } };
      const images = { migrate, notify: "curl:1" };
      const families = Object.entries(release).map(([name, containers]) => [name, { ...containers, images }] as const);
      return (await play(compareCode, ecsWith(services, Object.fromEntries(families)), own)).err;
    };
    const digest = `@sha256:${"0".repeat(64)}`;
    const uri = (name: string) => `127.0.0.1:5000/shop/staging/${name}`;
    expect(await compared(`${uri("proxy")}:latest`, `${uri("web")}${digest}`, `${uri("web")}:1234567`)).to.deep.equal(
      [],
    );
    expect(await compared(`${uri("web")}:1234567`, `${uri("web")}${digest}`, `${uri("proxy")}:1`)).to.deep.equal([
      changed("proxy: image; migrate: image"),
    ]);
  });

  it("reports every container and key that differs, says what to do and writes nothing", async () => {
    const { service, release } = planned();
    const { proxy, web } = service.labels;
    const labels = { old: {}, proxy, web: { ...web, command: "00000000" } };
    const migrate = { labels: { migrate: { ...release["migrate"]?.labels["migrate"], environment: "00000000" } } };
    const { err, released } = await play(
      compareCode,
      ecsWith({ "shop-staging": { labels } }, { migrate }),
      stackWith(["shop-staging"], ["migrate"]),
    );
    expect([err, released]).to.deep.equal([
      [changed("cache: added; old: removed; web: command; migrate: environment; notify: added")],
      [],
    ]);
  });

  it("reports ECS services and release services that the commit adds or removes", async () => {
    const worker = '  worker: {image: "shop/web:${IMAGE_TAG:-latest}", x-ecs: {service: worker}}\n';
    writeFileSync(inFolder("docker-compose-staging.yml"), compose + worker);
    const { service, release } = planned();
    const { err } = await play(
      compareCode,
      ecsWith(
        { "shop-staging": service, "shop-staging-old": { labels: {} } },
        { ...release, seed: { labels: { seed: {} } } },
      ),
      stackWith(["shop-staging", "shop-staging-old"], ["migrate", "notify", "seed"]),
    );
    expect(err).to.deep.equal([
      changed("ECS service shop-staging-old: removed; ECS service shop-staging-worker: added; seed: removed"),
    ]);
  });

  it("counts a container with a missing or broken label as changed", async () => {
    planned();
    const labels = { cache: undefined, proxy: undefined, web: "{" };
    const { err } = await play(
      compareCode,
      ecsWith({ "shop-staging": { labels } }, {}),
      stackWith(["shop-staging"], []),
    );
    const label = "carries no label compose-ecs-pipeline.compose";
    expect(err).to.deep.equal([
      changed(`cache: ${label}; proxy: ${label}; web: ${label}; migrate: added; notify: added`),
    ]);
  });

  it("does not pass when what runs cannot be read, and names each revision", async () => {
    const { service, release } = planned();
    const answers = ecsWith({ "shop-staging": service }, { migrate: release["migrate"] ?? { labels: {} } });
    const denied = await play(
      compareCode,
      {
        ...answers,
        DescribeTaskDefinition: () => {
          throw awsError("AccessDeniedException", "not authorized");
        },
      },
      own,
    );
    const absent = await play(compareCode, answers, own);
    const revisionOf = (arn: string): string => `ecs:DescribeTaskDefinition on ${arn}: ${noRights}`;
    expect([denied.err, denied.released, absent.err, absent.released]).to.deep.equal([
      ["arn:used/shop-staging", "arn:shop-staging-migrate:3", "arn:shop-staging-notify:3"].map(revisionOf),
      [],
      [
        'ecs:DescribeTaskDefinition on arn:shop-staging-notify:3: Unable to describe task definition; run "pulumi up" for the stack, which creates it',
      ],
      [],
    ]);
  });

  it("does not pass when services cannot be read, are absent or no longer active", async () => {
    const { service, release } = planned();
    const answers = ecsWith({ "shop-staging": service }, release);
    const variables = stackWith(["shop-staging", "shop-staging-worker"], ["migrate", "notify"]);
    const denied = await play(
      compareCode,
      {
        ...answers,
        DescribeServices: () => {
          throw awsError("AccessDeniedException", "not authorized");
        },
      },
      variables,
    );
    const draining = await play(
      compareCode,
      {
        ...answers,
        DescribeServices: () => ({
          services: [{ serviceName: "shop-staging", status: "DRAINING", taskDefinition: "arn:used/shop-staging" }],
          failures: [{ arn: "shop-staging-worker", reason: "MISSING" }],
        }),
      },
      variables,
    );
    const inactive = (name: string): string =>
      `${name}: no active service in cluster shop-staging; run "pulumi up" for the stack`;
    expect([denied.err, draining.err, draining.released]).to.deep.equal([
      [`ecs:DescribeServices on shop-staging: ${noRights}`],
      [inactive("shop-staging"), inactive("shop-staging-worker")],
      [],
    ]);
  });

  it("asks for ten services in one call, as many as ECS describes", async () => {
    planned();
    const names = Array.from({ length: 21 }, (_, index) => `shop-staging-${index}`);
    const services = Object.fromEntries(names.map((name) => [name, { labels: {} }]));
    const { calls } = await play(compareCode, ecsWith(services, {}), stackWith(names, []));
    const asked = calls.filter(([operation]) => operation === "DescribeServices").map(([, input]) => input);
    const part = (from: number, to: number) => ({ cluster: "shop-staging", services: names.slice(from, to) });
    expect(asked).to.have.deep.members([part(0, 10), part(10, 20), part(20, 21)]);
  });

  describe("in a folder where not all files can be written", () => {
    beforeEach(() => {
      mkdirSync(inFolder("source"));
      // A folder of this name cannot be written as a file, not even by root.
      mkdirSync(inFolder("source/release.json"));
    });

    it("leaves none of them", async () => {
      const { service, release } = planned();
      const answers = ecsWith({ "shop-staging": service }, release);
      const source = { ...own, CODEBUILD_SRC_DIR: inFolder("source") };
      const failed: unknown = await play(compareCode, answers, source).catch((error: unknown) => error);
      expect([failed instanceof Error, readdirSync(inFolder("source"))]).to.deep.equal([true, []]);
    });
  });

  it("is refused without a plan, and with one of an earlier version", async () => {
    const none = await play(compareCode, {}, own);
    writeFiles(inFolder("plan"), { "plan.json": '{"format": 1}' });
    const old = await play(compareCode, {}, own);
    const called = await play(compareCode, {}, own, ["service:shop-staging=a.json", "release:migrate=b.json"]);
    const remedy =
      'if the buildspec is your own, copy the lines of this version\'s buildspec.yml into it, or make the setting buildspec empty and run "pulumi up" for the stack';
    expect([none.err, old.err, called.err]).to.deep.equal([
      [`${inFolder("plan/plan.json")}: there is no plan; run "program.cjs plan FOLDER" before, with the same folder`],
      [`${inFolder("plan/plan.json")}: it is not a plan of format 2; ${remedy}`],
      [
        `program.cjs compare: it needs one folder, but got "service:shop-staging=a.json release:migrate=b.json"; ${remedy}`,
      ],
    ]);
  });
});
