import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { text as textOf } from "node:stream/consumers";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach } from "mocha";
import { parse } from "yaml";
import { readProgram } from "../../components/build/bundle-program.ts";
import { composeLabel, readApplication, type Fingerprint } from "../../compose/index.ts";
import { startFakeAws } from "../support/fake-aws.ts";
import { answersIn } from "./buildspec-cloud.ts";

/** The folder of the repository. */
export const root = resolve(import.meta.dirname, "../..");

/** A buildspec, as far as a build needs it. */
interface Buildspec {
  readonly version: number;
  readonly env: { readonly shell: string; readonly variables: Readonly<Record<string, string>> };
  readonly phases: Readonly<Record<string, { readonly commands: readonly string[] }>>;
  readonly artifacts: { readonly files: readonly string[] };
}

const readSpec = (path: string): Buildspec => parse(readFileSync(join(root, path), "utf8")) as Buildspec;

/** The buildspec of the repository. */
export const buildspec = readSpec("buildspec.yml");

/** The buildspec of the versions whose format is 1, which people may have copied. */
export const earlierBuildspec = readSpec("test/build/earlier/buildspec-format-1.yml");

/** The Compose file of staging. */
export const compose = `services:
  web:
    image: shop/web:\${IMAGE_TAG:-latest}
    build: .
    environment: {DATABASE_URL: "\${DATABASE_URL}"}
    expose: [3000]
  proxy: {build: ./proxy, ports: [8080]}
  migrate: {image: "shop/web:\${IMAGE_TAG:-latest}", profiles: [release]}
`;

/** The commit that is built. */
export const commit = "0123abc4567890123456789012345678901234ab";

/** Host of the registry that images are pushed to. */
export const registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com";

/** Host of a private registry of base images. */
export const mirror = "111111111111.dkr.ecr.us-east-1.amazonaws.com";

const program = await readProgram();

/** Where `up` has put the program. */
export const place = "s3://shop-staging-program/0.cjs";

/** The bucket, the registry and Docker that the shell of a build calls; each call is a line of the file `calls`. */
const fakes: Readonly<Record<string, string>> = {
  aws: `echo "aws $*" >> calls
case "$2" in
  cp) cp state/program.cjs "$5" ;;
  get-object) cp state/program.cjs "$7" && echo '{"ETag": "0"}' ;;
  get-login-password) cat state/token ;;
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
    echo "$DATABASE_URL $BUILDX_NO_DEFAULT_ATTESTATIONS $COMPOSE_PROJECT_NAME" > state/seen; echo "$here" > state/folder; [ ! -e state/build-fails ] ;;
  buildx) [ ! -e state/copy-fails ] ;;
  push) [ ! -e state/push-fails ] && [ ! -e "state/push-fails-$(basename "\${3%:*}")" ] ;;
esac`,
};

let folder = "";

/** Path of a file in the folder of the running test. */
export const inFolder = (path: string): string => join(folder, path);

/** Gives each test of a suite a separate folder, with everything that a build finds in its own. */
export function useFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "buildspec-"));
    mkdirSync(join(folder, "state"));
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, "tmp"));
    for (const [name, body] of Object.entries(fakes)) {
      writeFileSync(join(folder, "bin", name), `#!/usr/bin/env bash\nhere=$PWD; cd "$CODEBUILD_SRC_DIR"\n${body}\n`, {
        mode: 0o755,
      });
    }
    symlinkSync(process.execPath, join(folder, "bin/node"));
    write("state/program.cjs", program.text);
    writeFileSync(join(folder, "state/token"), `token-${Math.random()}\n`);
    write("docker-compose-staging.yml", compose);
    runs(compose);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
}

/** Writes a file into the folder. */
export function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Lets ECS run what this Compose text describes. */
export function runs(running: string): void {
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
export async function build(
  extra: Readonly<Record<string, string | undefined>> = {},
  played = buildspec,
): Promise<Outcome> {
  const cloud = await startFakeAws(answersIn(folder));
  write("calls", "");
  try {
    const child = spawn("bash", ["--norc", "-c", scriptOf(played)], {
      cwd: folder,
      env: { ...environmentOf(played), ...cloud.environment, ...extra },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [err] = await Promise.all([textOf(child.stderr), once(child, "close")]);
    return {
      code: child.exitCode,
      calls: inOrder(lines(readFileSync(join(folder, "calls"), "utf8"))),
      err: lines(err),
      artifacts: globSync([...played.artifacts.files], { cwd: folder }).toSorted(),
    };
  } finally {
    await cloud.close();
  }
}

function scriptOf({ phases }: Buildspec): string {
  const script = ["export CODEBUILD_BUILD_SUCCEEDING=1"];
  for (const [phase, { commands }] of Object.entries(phases)) {
    script.push(
      `run_${phase}() {`,
      ...commands.flatMap((command) => [command, "rc=$?; [ $rc = 0 ] || return $rc"]),
      "}",
    );
  }
  for (const phase of ["install", "pre_build"]) script.push(`run_${phase}`, "rc=$?; [ $rc = 0 ] || exit $rc");
  script.push("run_build", "rc=$?; [ $rc = 0 ] || export CODEBUILD_BUILD_SUCCEEDING=0");
  script.push("run_post_build", "rc=$?; [ $CODEBUILD_BUILD_SUCCEEDING = 1 ] || exit 1", "exit $rc");
  return script.join("\n");
}

const environmentOf = (played: Buildspec): Readonly<Record<string, string>> => ({
  ...played.env.variables,
  PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
  TMPDIR: join(folder, "tmp"),
  AWS_REGION: "us-east-1",
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
  SOURCE_DIRECTORY: "",
  BUILD_FORMAT: "2",
  RELEASE_PROGRAM: place,
  RELEASE_PROGRAM_SHA256: program.sha256,
  CODEBUILD_SRC_DIR: folder,
  CODEBUILD_RESOLVED_SOURCE_VERSION: commit,
  CODEBUILD_INITIATOR: "codepipeline/shop-staging",
});

/** Calls without what differs from run to run: names of the moment, and which of the calls made at once was first. */
function inOrder(calls: readonly string[]): readonly string[] {
  const named = calls.map((call) =>
    call.replaceAll(/\S+\/tmp\.\w+/g, "PLAN").replaceAll(/-(tests|cache)-\d+/g, "-$1-PID"),
  );
  const parts: { readonly kind: string; readonly calls: string[] }[] = [];
  for (const call of named) {
    const kind = madeAtOnce(call);
    const last = parts.at(-1);
    if (kind !== "" && last?.kind === kind) last.calls.push(call);
    else parts.push({ kind, calls: [call] });
  }
  return parts.flatMap(({ kind, calls: part }) => (kind === "docker" ? byImage(part) : part.toSorted()));
}

/** The kind of calls that may be made at once; empty for a call that is made alone. */
const madeAtOnce = (call: string): string =>
  /^docker (?:tag|push) .*staging\//.test(call)
    ? "docker"
    : (/^(?:DescribeImages|DescribeTaskDefinition)/.exec(call)?.[0] ?? "");

/** The calls of one image keep their order. */
function byImage(calls: readonly string[]): readonly string[] {
  const image = (call: string): string => /staging\/(\w+)/.exec(call)?.[1] ?? "";
  return calls.toSorted((a, b) => (image(a) === image(b) ? 0 : image(a) < image(b) ? -1 : 1));
}

function lines(output: string): readonly string[] {
  return output.split("\n").filter((line) => line !== "");
}

/** The call that downloads the program. */
export const download = "aws s3api get-object --bucket shop-staging-program --key 0.cjs PLAN/program.cjs";

/** The calls that log in to the registry. */
export const login = ["aws ecr get-login-password", `docker login --username AWS --password-stdin ${registry}`];

/** The call that asks ECR for an image. */
export const look = (name: string, tag: string): string => `DescribeImages shop/staging/${name}:${tag}`;

/** The Compose files of a build, as arguments of Docker Compose. */
export const files = "-f docker-compose-staging.yml -f PLAN/override.json --profile test";

/** The call that builds images. */
export const compile = (...services: readonly string[]): string =>
  `docker compose ${files} build ${services.join(" ")}`;

/** The calls that push an image with a tag. */
export const push = (local: string, name: string, tag: string): readonly string[] => [
  `docker tag ${local} ${registry}/shop/staging/${name}:${tag}`,
  `docker push --quiet ${registry}/shop/staging/${name}:${tag}`,
];

/** The calls that read what runs. */
export const compare = [
  "DescribeServices shop-staging: shop-staging",
  "DescribeTaskDefinition arn:shop-staging-migrate:3",
  "DescribeTaskDefinition shop-staging:7",
];

/** Local name of the image of the proxy. */
export const proxy = "compose-ecs-pipeline-proxy";
