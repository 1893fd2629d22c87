import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { parse } from "yaml";
import { composeLabel, composeProject, readApplication, type Fingerprint } from "../../compose/index.ts";
import { buildspecVariables } from "../support/buildspec-variables.ts";

const root = resolve(import.meta.dirname, "../..");
const text = readFileSync(join(root, "buildspec.yml"), "utf8");
const buildspec = parse(text) as {
  readonly version: number;
  readonly env: { readonly shell: string; readonly variables: Readonly<Record<string, string>> };
  readonly phases: Readonly<Record<string, { readonly commands: readonly string[] }>>;
  readonly artifacts: { readonly files: readonly string[] };
};

const compose = `services:
  web:
    image: shop/web:\${IMAGE_TAG:-latest}
    build: .
    environment: {DATABASE_URL: "\${DATABASE_URL}"}
    expose: [3000]
  proxy: {build: ./proxy, ports: [8080]}
  migrate: {image: "shop/web:\${IMAGE_TAG:-latest}", profiles: [release]}
`;
const commit = "0123abc4567890123456789012345678901234ab";
const registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com";
const mirror = "111111111111.dkr.ecr.us-east-1.amazonaws.com";

/** The registry, Docker and ECS that a build sees; each call is a line of `calls`. */
const fakes: Readonly<Record<string, string>> = {
  npm: `echo "npm $*" >> calls`,
  aws: `echo "aws $*" >> calls
case "$2" in
  get-login-password) cat state/token ;;
  describe-images)
    [ ! -e state/denied ] || { echo "An error occurred (AccessDeniedException): not authorized" >&2; exit 254; }
    [ ! -e "state/no-$(basename "$4")" ] || [[ $4 != shop/qa/* ]] || { echo "An error occurred (RepositoryNotFoundException)" >&2; exit 254; }
    cat "state/image-$(basename "$4")-\${6#imageTag=}" 2> /dev/null || { echo "An error occurred (ImageNotFoundException)" >&2; exit 254; } ;;
  batch-get-image)
    printf '{"imageManifest": "{}\\\\n", "imageManifestMediaType": "of %s"}\n' "\${6#imageDigest=}" ;;
  put-image)
    jq -r '"put \\(.repositoryName):\\(.imageTag) \\(.imageDigest) \\(.imageManifest | @json) \\(.imageManifestMediaType)"' "\${4#file://}" >> calls
    [ ! -e state/put ] || { cat state/put >&2; exit 254; } ;;
  describe-services)
    given=" \${*:6} "
    while read -r name revision; do [[ $given != *" $name "* ]] || printf '%s\t%s\n' "$name" "$revision"; done < state/running ;;
  describe-task-definition)
    [ ! -e "state/denied-$4" ] || { echo "An error occurred (AccessDeniedException): not authorized" >&2; exit 254; }
    cat "state/$4.json" 2> /dev/null || { echo "An error occurred (ClientException): Unable to describe task definition." >&2; exit 254; } ;;
esac`,
  docker: `given=; [ "$1" != login ] || given=$(cat)
echo "docker $*" >> calls
case "$1" in
  login) [ "$given" = "$(cat state/token)" ] ;;
  pull) [ ! -e state/pull-fails ] ;;
  info) cat state/info 2> /dev/null || echo '[["Backing Filesystem","extfs"]]' ;;
  compose)
    case " $* " in
      *" run "*) [ ! -e "state/test-fails-\${!#}" ]; exit ;;
      *" down "*) exit ;;
    esac
    echo "$DATABASE_URL $BUILDX_NO_DEFAULT_ATTESTATIONS $COMPOSE_PROJECT_NAME" > state/seen; [ ! -e state/build-fails ] ;;
  buildx) [ ! -e state/copy-fails ] ;;
  push) [ ! -e state/push-fails ] && [ ! -e "state/push-fails-$(basename "\${3%:*}")" ] ;;
esac`,
};

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "buildspec-"));
  mkdirSync(join(folder, "state"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "tmp"));
  for (const name of ["build", "compose"]) symlinkSync(join(root, name), join(folder, name));
  for (const [name, body] of Object.entries(fakes)) {
    writeFileSync(join(folder, "bin", name), `#!/usr/bin/env bash\n${body}\n`, { mode: 0o755 });
  }
  symlinkSync(process.execPath, join(folder, "bin/node"));
  writeFileSync(join(folder, "state/token"), `token-${Math.random()}\n`);
  write("docker-compose-staging.yml", compose);
  runs(compose);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Lets ECS run what this Compose text describes. */
function runs(running: string): void {
  const variables = { IMAGE_TAG: { kind: "build" }, DATABASE_URL: { kind: "parameter" } } as const;
  const { application } = readApplication({ files: ["running.yml"], variables, readFile: () => running });
  const { services, release } = application;
  const described = (of: readonly { readonly name: string; readonly fingerprint: Fingerprint }[]): string =>
    JSON.stringify({
      taskDefinition: {
        containerDefinitions: of.map(({ name, fingerprint }) => ({
          name,
          dockerLabels: { [composeLabel]: JSON.stringify(fingerprint) },
        })),
      },
    });
  const names = services.map(({ name }) => (name === "" ? "shop-staging" : `shop-staging-${name}`));
  write("state/running", names.map((name) => `${name}\t${name}:7\n`).join(""));
  for (const [at, { containers }] of services.entries())
    write(`state/${names[at] ?? ""}:7.json`, described(containers));
  // The revision that `up` has made, and one that another role has registered since.
  for (const one of release) {
    write(`state/arn:shop-staging-${one.name}:3.json`, described([one]));
    write(`state/shop-staging-${one.name}.json`, described([]));
  }
}

interface Outcome {
  readonly code: number | null;
  readonly calls: readonly string[];
  readonly err: readonly string[];
  readonly artifacts: readonly string[];
}

/** Runs the phases as CodeBuild does: one shell, a failed command ends its phase, a failed build still runs post_build. */
function build(extra: Readonly<Record<string, string | undefined>> = {}): Outcome {
  const script = ["export CODEBUILD_BUILD_SUCCEEDING=1"];
  for (const [phase, { commands }] of Object.entries(buildspec.phases)) {
    script.push(
      `run_${phase}() {`,
      ...commands.flatMap((command) => [command, "rc=$?; [ $rc = 0 ] || return $rc"]),
      "}",
    );
  }
  for (const phase of ["install", "pre_build"]) script.push(`run_${phase}`, "rc=$?; [ $rc = 0 ] || exit $rc");
  script.push("run_build", "rc=$?; [ $rc = 0 ] || export CODEBUILD_BUILD_SUCCEEDING=0");
  script.push("run_post_build", "rc=$?; [ $CODEBUILD_BUILD_SUCCEEDING = 1 ] || exit 1", "exit $rc");
  write("calls", "");
  const env = {
    ...buildspec.env.variables,
    PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
    TMPDIR: join(folder, "tmp"),
    ECS_ENV_NAME: "staging",
    ECS_CLUSTER: "shop-staging",
    ECS_SERVICE: "shop-staging",
    ECS_SERVICES: "shop-staging",
    RELEASE_DEFINITIONS: "arn:shop-staging-",
    RELEASE_REVISIONS: "migrate:3",
    COMPOSE_PARAMETERS: "DATABASE_URL",
    COMPOSE_VARIABLES: "",
    REPOSITORY_WEB: `${registry}/shop/staging/web`,
    REPOSITORY_PROXY: `${registry}/shop/staging/proxy`,
    SOURCE_REVISION: "commit",
    CODEBUILD_RESOLVED_SOURCE_VERSION: commit,
    CODEBUILD_INITIATOR: "codepipeline/shop-staging",
    ...extra,
  };
  const { status, stderr } = spawnSync("bash", ["--norc", "-c", script.join("\n")], {
    cwd: folder,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return {
    code: status,
    calls: inOrder(lines(readFileSync(join(folder, "calls"), "utf8"))),
    err: lines(stderr),
    artifacts: globSync([...buildspec.artifacts.files], { cwd: folder }).toSorted(),
  };
}

/** Calls without what differs from run to run: names of the moment, and which of the calls made at once was first. */
function inOrder(calls: readonly string[]): readonly string[] {
  const named = calls.map((call) =>
    call.replaceAll(/\S+\/tmp\.\w+/g, "PLAN").replaceAll(/-(tests|cache)-\d+/g, "-$1-PID"),
  );
  const image = (call: string): string =>
    /^(?:aws ecr describe-images|docker (?:tag|push)) .*staging\/(\w+)/.exec(call)?.[1] ?? "";
  const parts: string[][] = [];
  for (const call of named) {
    const last = parts.at(-1);
    if (last?.[0] !== undefined && image(last[0]) !== "" && image(call) !== "") last.push(call);
    else parts.push([call]);
  }
  return parts.flatMap((part) => part.toSorted((a, b) => (image(a) === image(b) ? 0 : image(a) < image(b) ? -1 : 1)));
}

function lines(output: string): readonly string[] {
  return output.split("\n").filter((line) => line !== "");
}

const install = "npm ci --workspace compose --omit=dev --no-audit --no-fund";
const login = ["aws ecr get-login-password", `docker login --username AWS --password-stdin ${registry}`];
const look = (name: string, tag: string): string =>
  `aws ecr describe-images --repository-name shop/staging/${name} --image-ids imageTag=${tag}`;
const files = "-f docker-compose-staging.yml -f PLAN/override.json --profile test";
const compile = (...services: readonly string[]): string => `docker compose ${files} build ${services.join(" ")}`;
const push = (local: string, name: string, tag: string): readonly string[] => [
  `docker tag ${local} ${registry}/shop/staging/${name}:${tag}`,
  `docker push --quiet ${registry}/shop/staging/${name}:${tag}`,
];
const compare = [
  "aws ecs describe-services --cluster shop-staging --services shop-staging --query services[?status==`ACTIVE`].[serviceName, taskDefinition] --output text",
  "aws ecs describe-task-definition --task-definition shop-staging:7 --output json",
  "aws ecs describe-task-definition --task-definition arn:shop-staging-migrate:3 --output json",
];
const proxy = "compose-ecs-pipeline-proxy";

describe("buildspec.yml", () => {
  it("builds, pushes both tags, compares and writes what to release", () => {
    const { code, calls, err, artifacts } = build();
    expect({ code, calls, err, artifacts }).to.deep.equal({
      code: 0,
      calls: [
        install,
        ...login,
        look("proxy", "0123abc"),
        look("web", "0123abc"),
        compile("proxy", "web"),
        ...push(proxy, "proxy", "latest"),
        ...push(proxy, "proxy", "0123abc"),
        ...push("shop/web:0123abc", "web", "latest"),
        ...push("shop/web:0123abc", "web", "0123abc"),
        ...compare,
      ],
      err: [],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
    const written = artifacts.map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as unknown);
    expect(written).to.deep.equal([
      [
        { name: "proxy", imageUri: `${registry}/shop/staging/proxy:0123abc` },
        { name: "web", imageUri: `${registry}/shop/staging/web:0123abc` },
      ],
      [{ name: "migrate", imageUri: `${registry}/shop/staging/web:0123abc` }],
    ]);
  });

  it("writes what to release to each ECS service in a separate file, and compares each", () => {
    const both = `${compose}  worker: {image: "shop/web:\${IMAGE_TAG:-latest}", x-ecs: {service: worker}}\n`;
    write("docker-compose-staging.yml", both);
    runs(both);
    const { code, calls, err, artifacts } = build({ ECS_SERVICES: "shop-staging shop-staging-worker" });
    expect({ code, err, artifacts }).to.deep.equal({
      code: 0,
      err: [],
      artifacts: ["imagedefinitions-worker.json", "imagedefinitions.json", "release.json"],
    });
    expect(JSON.parse(readFileSync(join(folder, "imagedefinitions-worker.json"), "utf8"))).to.deep.equal([
      { name: "worker", imageUri: `${registry}/shop/staging/web:0123abc` },
    ]);
    expect(calls.filter((call) => call.includes("describe-task-definition"))).to.deep.equal([
      "aws ecs describe-task-definition --task-definition shop-staging:7 --output json",
      "aws ecs describe-task-definition --task-definition shop-staging-worker:7 --output json",
      "aws ecs describe-task-definition --task-definition arn:shop-staging-migrate:3 --output json",
    ]);
  });

  it("gives Compose a placeholder for a parameter, or its value if the project has it", () => {
    build();
    expect(readFileSync(join(folder, "state/seen"), "utf8")).to.equal(`unused-in-build 1 ${composeProject}\n`);
    build({ DATABASE_URL: "given" });
    expect(readFileSync(join(folder, "state/seen"), "utf8")).to.equal(`given 1 ${composeProject}\n`);
  });

  it("writes no registry token and no value of a parameter to a file", () => {
    const secret = `secret-${Math.random()}`;
    const { code } = build({ DATABASE_URL: secret });
    rmSync(join(folder, "state/seen"));
    const token = readFileSync(join(folder, "state/token"), "utf8").trim();
    rmSync(join(folder, "state/token"));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const holding = files.filter((entry) => {
      const content = readFileSync(join(entry.parentPath, entry.name), "utf8");
      return content.includes(secret) || content.includes(token);
    });
    expect([code, files.length > 5, holding.map(({ name }) => name)]).to.deep.equal([0, true, []]);
  });

  it("does not rebuild an image that ECR already has for the commit", () => {
    write("state/image-proxy-0123abc", "");
    const { code, calls, artifacts } = build();
    expect({ code, calls, artifacts }).to.deep.equal({
      code: 0,
      calls: [
        install,
        ...login,
        look("proxy", "0123abc"),
        look("web", "0123abc"),
        compile("web"),
        ...push("shop/web:0123abc", "web", "latest"),
        ...push("shop/web:0123abc", "web", "0123abc"),
        ...compare,
      ],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
  });

  it("builds nothing when ECR has every image, and still writes what to release", () => {
    write("state/image-proxy-0123abc", "");
    write("state/image-web-0123abc", "");
    const { code, calls, artifacts } = build();
    expect({ code, calls, artifacts }).to.deep.equal({
      code: 0,
      calls: [install, ...login, look("proxy", "0123abc"), look("web", "0123abc"), ...compare],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
  });

  it("names images latest when a person starts it without a commit, and builds them again", () => {
    write("state/image-web-latest", "");
    const { code, calls } = build({ CODEBUILD_RESOLVED_SOURCE_VERSION: "", CODEBUILD_INITIATOR: "somebody" });
    expect({ code, calls }).to.deep.equal({
      code: 0,
      calls: [
        install,
        ...login,
        compile("proxy", "web"),
        ...push(proxy, "proxy", "latest"),
        ...push("shop/web:latest", "web", "latest"),
        ...compare,
      ],
    });
  });

  it("names images by the first seven digits of the SHA-256 of an object's version", () => {
    const version = "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo";
    const tag = createHash("sha256").update(version).digest("hex").slice(0, 7);
    const { code, calls } = build({ SOURCE_REVISION: "version", CODEBUILD_RESOLVED_SOURCE_VERSION: version });
    expect([code, calls.filter((call) => call.endsWith(`:${tag}`))]).to.deep.equal([
      0,
      [...push(proxy, "proxy", tag), ...push(`shop/web:${tag}`, "web", tag)],
    ]);
  });

  it("names images by the hash of a version even if the version looks like a commit", () => {
    const tag = createHash("sha256").update(commit).digest("hex").slice(0, 7);
    const { calls } = build({ SOURCE_REVISION: "version" });
    expect(calls.filter((call) => call.startsWith("aws ecr describe"))).to.deep.equal([
      look("proxy", tag),
      look("web", tag),
    ]);
  });

  for (const version of ["", "null"]) {
    it(`refuses the version "${version}" in the pipeline, which a bucket without versioning has`, () => {
      expect(build({ SOURCE_REVISION: "version", CODEBUILD_RESOLVED_SOURCE_VERSION: version })).to.deep.equal({
        code: 1,
        calls: [install],
        err: [
          `CODEBUILD_RESOLVED_SOURCE_VERSION: "${version}" is no version; turn on versioning for the source's bucket and upload again`,
        ],
        artifacts: [],
      });
    });
  }

  it("does not guess the kind of a revision if the project does not say it", () => {
    const { code, calls, err } = build({ SOURCE_REVISION: "" });
    expect({ code, calls, err }).to.deep.equal({
      code: 1,
      calls: [install],
      err: ['SOURCE_REVISION: "" is neither commit nor version; run "pulumi up" for the stack'],
    });
  });

  for (const version of ["", "sha256:0123", "main"]) {
    it(`refuses the commit "${version}" in the pipeline`, () => {
      expect(build({ CODEBUILD_RESOLVED_SOURCE_VERSION: version })).to.deep.equal({
        code: 1,
        calls: [install],
        err: [
          `CODEBUILD_RESOLVED_SOURCE_VERSION: "${version}" is no commit; start the pipeline from a commit of its branch`,
        ],
        artifacts: [],
      });
    });
  }

  it("pushes nothing and releases nothing when the build fails, even if old files exist", () => {
    write("state/build-fails", "");
    write("imagedefinitions.json", "[]");
    write("release.json", "[]");
    expect(build()).to.deep.equal({
      code: 1,
      calls: [install, ...login, look("proxy", "0123abc"), look("web", "0123abc"), compile("proxy", "web")],
      err: ["build: failed, so nothing is pushed; see its log above"],
      artifacts: [],
    });
  });

  it("stops when ECR does not say whether it has an image", () => {
    write("state/denied", "");
    expect(build()).to.deep.equal({
      code: 1,
      calls: [install, ...login, look("proxy", "0123abc"), look("web", "0123abc")],
      err: [
        "An error occurred (AccessDeniedException): not authorized",
        "build: failed, so nothing is pushed; see its log above",
      ],
      artifacts: [],
    });
  });

  it("stops when a push fails, before the commit's tag exists, and compares nothing", () => {
    write("state/push-fails", "");
    const { code, calls, artifacts } = build();
    expect([code, calls.slice(-5), artifacts]).to.deep.equal([
      1,
      [compile("proxy", "web"), ...push(proxy, "proxy", "latest"), ...push("shop/web:0123abc", "web", "latest")],
      [],
    ]);
  });

  it("reports which image could not be pushed", () => {
    write("state/push-fails-proxy", "");
    const { code, calls, artifacts } = build();
    expect([code, calls.slice(-6), artifacts]).to.deep.equal([
      1,
      [
        ...push(proxy, "proxy", "latest"),
        ...push("shop/web:0123abc", "web", "latest"),
        ...push("shop/web:0123abc", "web", "0123abc"),
      ],
      [],
    ]);
  });

  it("pulls base images from where the stack says, and gives them their names in Dockerfiles", () => {
    const reference = `${mirror}/docker-hub/library/debian:12`;
    const { code, calls } = build({
      BASE_IMAGES: `debian:12=${reference} node:24=public.ecr.aws/docker/library/node:24`,
    });
    expect([code, calls.slice(0, 11)]).to.deep.equal([
      0,
      [
        install,
        ...login,
        "aws ecr get-login-password",
        `docker login --username AWS --password-stdin ${mirror}`,
        look("proxy", "0123abc"),
        look("web", "0123abc"),
        `docker pull --quiet ${reference}`,
        `docker tag ${reference} debian:12`,
        "docker pull --quiet public.ecr.aws/docker/library/node:24",
        "docker tag public.ecr.aws/docker/library/node:24 node:24",
      ],
    ]);
  });

  it("pushes nothing when a base image cannot be pulled, and pulls none when nothing is built", () => {
    const BASE_IMAGES = "node:24=public.ecr.aws/docker/library/node:24";
    write("state/pull-fails", "");
    const failed = build({ BASE_IMAGES });
    write("state/image-proxy-0123abc", "");
    write("state/image-web-0123abc", "");
    const built = build({ BASE_IMAGES });
    expect([failed.code, failed.calls.slice(-1), built.code, built.calls]).to.deep.equal([
      1,
      ["docker pull --quiet public.ecr.aws/docker/library/node:24"],
      0,
      [install, ...login, look("proxy", "0123abc"), look("web", "0123abc"), ...compare],
    ]);
  });

  it("reads the Compose files that the stack names, in their order", () => {
    write("base.yml", compose);
    write("deploy/staging.yml", "services:\n  proxy: !reset {}\n");
    const named = files.replace("docker-compose-staging.yml", "base.yml -f deploy/staging.yml");
    const { calls } = build({ COMPOSE_FILES: "base.yml deploy/staging.yml" });
    expect(calls.filter((call) => call.startsWith("docker compose"))).to.deep.equal([
      `docker compose ${named} build web`,
    ]);
  });

  it("exports a cache of all stages from a separate builder, because Docker's cannot", () => {
    const ask = "docker info --format {{json .DriverStatus}}";
    const plain = build({ BUILD_CACHE: "registry" });
    write("state/info", '[["driver-type","io.containerd.snapshotter.v1"]]');
    const containerd = build({ BUILD_CACHE: "registry" });
    expect([plain.calls.slice(5, 9), containerd.calls.slice(5, 7)]).to.deep.equal([
      [
        ask,
        "docker buildx create --name layer-cache-PID --driver docker-container --driver-opt image=moby/buildkit:buildx-stable-1",
        compile("proxy", "web"),
        "docker buildx rm layer-cache-PID",
      ],
      [ask, compile("proxy", "web")],
    ]);
  });

  describe("with tests", () => {
    const tests = `  unit: {profiles: [test], build: {context: ., target: test}, depends_on: [database]}
  database: {profiles: [test], image: "postgres:15"}
  system: {profiles: [test], image: "shop/web:\${IMAGE_TAG:-latest}", depends_on: {database: {condition: service_healthy}}}
`;
    const project = `docker compose -p build-tests-PID ${files}`;
    const test = (service: string): string => `${project} run --rm -T ${service}`;
    const down = `${project} down --volumes --remove-orphans`;
    beforeEach(() => {
      write("docker-compose-staging.yml", compose + tests);
    });

    it("runs each service of the profile that no other service waits for, and removes what was started", () => {
      const { code, calls } = build({ RUN_TESTS: "true" });
      expect([code, calls.slice(5, 11)]).to.deep.equal([
        0,
        [compile("proxy", "web", "unit"), test("unit"), test("system"), down, ...push(proxy, "proxy", "latest")],
      ]);
    });

    it("pushes nothing and compares nothing when one fails, and removes what was started", () => {
      write("state/test-fails-unit", "");
      const { code, calls, err, artifacts } = build({ RUN_TESTS: "true" });
      expect([code, calls.slice(5), err, artifacts]).to.deep.equal([
        1,
        [compile("proxy", "web", "unit"), test("unit"), down],
        ["unit: its test failed, so nothing is pushed", "build: failed, so nothing is pushed; see its log above"],
        [],
      ]);
    });

    it("builds every image for them, but pushes only what ECR does not have, and runs none if it has all", () => {
      write("state/image-proxy-0123abc", "");
      const some = build({ RUN_TESTS: "true" });
      write("state/image-web-0123abc", "");
      const none = build({ RUN_TESTS: "true" });
      expect([some.calls.slice(5, 11), none.calls.slice(5)]).to.deep.equal([
        [
          compile("proxy", "web", "unit"),
          test("unit"),
          test("system"),
          down,
          ...push("shop/web:0123abc", "web", "latest"),
        ],
        compare,
      ]);
    });

    it("runs none unless the stack says so", () => {
      const { code, calls } = build({ RUN_TESTS: "false" });
      expect([code, calls[5], calls.filter((call) => call.includes(" run "))]).to.deep.equal([
        0,
        compile("proxy", "web"),
        [],
      ]);
    });

    it("is refused if the stack wants tests and the file has none", () => {
      write("docker-compose-staging.yml", compose);
      const { code, err, artifacts } = build({ RUN_TESTS: "true" });
      expect([code, err, artifacts]).to.deep.equal([
        1,
        [
          'RUN_TESTS: no service of the Compose file has the profile "test"; add one or set runTests to false for the stack',
        ],
        [],
      ]);
    });
  });

  describe("that promotes", () => {
    const promoting = {
      PROMOTE_FROM: "qa",
      PROMOTE_REPOSITORIES: "web=shop/qa/web proxy=shop/qa/proxy",
    };
    const verified = (name: string): string =>
      `aws ecr describe-images --repository-name shop/qa/${name} --image-ids imageTag=verified-0123abc --query imageDetails[0].imageDigest --output text`;
    const own = (name: string): string => `${look(name, "0123abc")} --query imageDetails[0].imageDigest --output text`;
    const looks = [verified("proxy"), own("proxy"), verified("web"), own("web")].toSorted();
    const put = (name: string, tag: string): readonly string[] => [
      "aws ecr put-image --cli-input-json PLAN/tagged",
      `put shop/staging/${name}:${tag} sha256:${name} "{}\\n" of sha256:${name}`,
    ];
    const copy = (name: string): readonly string[] => [
      `docker buildx imagetools create --tag ${registry}/shop/staging/${name}:latest ${registry}/shop/qa/${name}@sha256:${name}`,
      `aws ecr batch-get-image --repository-name shop/staging/${name} --image-ids imageDigest=sha256:${name} --query images[0] --output json`,
      ...put(name, "latest"),
      ...put(name, "0123abc"),
    ];
    /** Looks are made at once: their order means nothing. */
    const sorted = (calls: readonly string[]): readonly string[] => {
      const looked = calls.filter((call) => call.includes("describe-images"));
      return [...calls.slice(0, 3), ...looked.toSorted(), ...calls.slice(3).filter((call) => !looked.includes(call))];
    };
    beforeEach(() => {
      for (const name of ["proxy", "web"]) write(`state/image-${name}-verified-0123abc`, `sha256:${name}\n`);
    });

    it("copies what the other environment has verified by its digest, builds nothing, and compares as usual", () => {
      const { code, calls, err, artifacts } = build(promoting);
      expect({ code, calls: sorted(calls), err, artifacts }).to.deep.equal({
        code: 0,
        calls: [install, ...login, ...looks, ...copy("proxy"), ...copy("web"), ...compare],
        err: [],
        artifacts: ["imagedefinitions.json", "release.json"],
      });
      expect(JSON.parse(readFileSync(join(folder, "imagedefinitions.json"), "utf8"))).to.deep.equal([
        { name: "proxy", imageUri: `${registry}/shop/staging/proxy:0123abc` },
        { name: "web", imageUri: `${registry}/shop/staging/web:0123abc` },
      ]);
    });

    it("copies only what is not here yet, and skips a tag that already points to the digest", () => {
      write("state/image-proxy-0123abc", "sha256:proxy\n");
      write("state/put", "An error occurred (ImageAlreadyExistsException)\n");
      const { code, calls, err } = build(promoting);
      expect([code, sorted(calls), err]).to.deep.equal([
        0,
        [install, ...login, ...looks, ...copy("web"), ...compare],
        [],
      ]);
    });

    it("is refused for images that were not verified there, are not built there, or differ from the one here, all at once", () => {
      rmSync(join(folder, "state/image-web-verified-0123abc"));
      write("state/no-proxy", "");
      const absent = build(promoting);
      rmSync(join(folder, "state/no-proxy"));
      write("state/image-proxy-0123abc", "sha256:built\n");
      const different = build(promoting);
      const never =
        "web: commit 0123abc was never verified in qa (no verified-0123abc in shop/qa/web); release it there first, or unset promoteFrom";
      const failed = "build: failed, so nothing is pushed; see its log above";
      expect([absent, different].map(({ code, calls, err }) => [code, sorted(calls), err])).to.deep.equal([
        [
          1,
          [install, ...login, ...looks],
          [
            "proxy: qa builds no such image (there is no shop/qa/proxy), so 0123abc was never verified there; add it to docker-compose-qa.yml and release that first, or unset promoteFrom",
            never,
            failed,
          ],
        ],
        [
          1,
          [install, ...login, ...looks],
          [
            "proxy: 0123abc in shop/staging/proxy is sha256:built, but qa verified sha256:proxy; release another commit, or unset promoteFrom to release what was built here",
            never,
            failed,
          ],
        ],
      ]);
    });

    it("stops when ECR does not answer, when a copy fails or when a tag is refused", () => {
      write("state/denied", "");
      const denied = build(promoting);
      rmSync(join(folder, "state/denied"));
      write("state/copy-fails", "");
      const copied = build(promoting);
      rmSync(join(folder, "state/copy-fails"));
      write("state/put", "An error occurred (ImageDigestDoesNotMatchException)\n");
      const tagged = build(promoting);
      const refused = "An error occurred (AccessDeniedException): not authorized";
      expect(
        [denied, copied, tagged].map(({ code, calls, err, artifacts }) => [code, calls.at(-1), err, artifacts]),
      ).to.deep.equal([
        [
          1,
          denied.calls.at(-1),
          [`proxy: ${refused}`, `web: ${refused}`, "build: failed, so nothing is pushed; see its log above"],
          [],
        ],
        [1, copy("proxy")[0], [], []],
        [1, put("proxy", "latest")[1], ["An error occurred (ImageDigestDoesNotMatchException)"], []],
      ]);
    });

    it("needs a commit, which only the pipeline knows", () => {
      const { code, calls, err } = build({
        ...promoting,
        CODEBUILD_RESOLVED_SOURCE_VERSION: "",
        CODEBUILD_INITIATOR: "somebody",
      });
      expect([code, calls, err]).to.deep.equal([
        1,
        [install],
        ['PROMOTE_FROM: "latest" is not a verified commit; start the pipeline instead of the build'],
      ]);
    });
  });

  it("refuses a commit that changes the task definition after its images are pushed", () => {
    write("docker-compose-staging.yml", compose.replace("expose: [3000]", "expose: [3000]\n    command: serve"));
    const { code, calls, err, artifacts } = build();
    expect([code, calls.slice(-7), err, artifacts]).to.deep.equal([
      1,
      [...push("shop/web:0123abc", "web", "latest"), ...push("shop/web:0123abc", "web", "0123abc"), ...compare],
      [
        'docker-compose-staging.yml: this commit changes the task definition (web: command); run "pulumi up" for the stack from this commit, then "release"',
      ],
      [],
    ]);
  });

  it("refuses a commit with a release service that the stack does not have, even if its family exists", () => {
    const { code, err, artifacts } = build({ RELEASE_REVISIONS: "" });
    expect([code, err, artifacts]).to.deep.equal([
      1,
      [
        'docker-compose-staging.yml: this commit changes the task definition (migrate: added); run "pulumi up" for the stack from this commit, then "release"',
      ],
      [],
    ]);
  });

  it("does not count a revision that it cannot read as unchanged", () => {
    write("state/denied-shop-staging:7", "");
    const service = build();
    rmSync(join(folder, "state/denied-shop-staging:7"));
    write("state/denied-arn:shop-staging-migrate:3", "");
    const release = build();
    write("state/running", "");
    const absent = build();
    expect([service, release, absent].map(({ code, err, artifacts }) => [code, err, artifacts])).to.deep.equal([
      [254, ["An error occurred (AccessDeniedException): not authorized"], []],
      [254, ["An error occurred (AccessDeniedException): not authorized"], []],
      [1, ['shop-staging: no active service in cluster shop-staging; run "pulumi up" for the stack'], []],
    ]);
  });

  it("stops before it logs in if the stack is from an older program", () => {
    const { code, calls, err } = build({ RELEASE_REVISIONS: undefined });
    expect([code, calls, err.map((line) => line.replace(/^.*line \d+: /, ""))]).to.deep.equal([
      1,
      [install],
      ['RELEASE_REVISIONS: is not set; run "pulumi up" for the stack'],
    ]);
  });

  it("stops before it logs in when the Compose file is wrong", () => {
    write("docker-compose-staging.yml", compose.replace("expose", "privileged: true\n    expose"));
    expect(build()).to.deep.equal({
      code: 1,
      calls: [install],
      err: ['docker-compose-staging.yml:6:5: Fargate runs no privileged containers; remove "privileged"'],
      artifacts: [],
    });
  });

  it("reads the documented variables and no others", () => {
    const commands = Object.values(buildspec.phases).flatMap((phase) => phase.commands);
    const sources = ["plan.ts", "environment.ts", "promotion.ts"].map((file) =>
      readFileSync(join(root, "build", file), "utf8"),
    );
    const inShell = commands.flatMap((command) => [...command.matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)]);
    const inScripts = sources.flatMap((source) => [
      ...source.matchAll(/\b(?:environment(?:\[|, )|\[)"([A-Z][A-Z0-9_]+)"/g),
    ]);
    const own = ["PLAN", "IMAGE_TAG", "BUILDX_BUILDER"];
    const read = [...inShell, ...inScripts].map(([, name = ""]) => name).filter((name) => !own.includes(name));
    const documented = [...buildspecVariables.project, ...buildspecVariables.codebuild];
    expect([...new Set(read)].toSorted()).to.deep.equal(documented.toSorted());
    expect(buildspec.env.variables).to.deep.equal({
      BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
      COMPOSE_DISABLE_ENV_FILE: "1",
      COMPOSE_PROJECT_NAME: composeProject,
    });
  });
});
