import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach } from "mocha";
import { parse } from "yaml";
import { readProgram } from "../../components/build/bundle-program.ts";
import { composeLabel, readApplication, type Fingerprint } from "../../compose/index.ts";

/** The folder of the repository. */
export const root = resolve(import.meta.dirname, "../..");

const text = readFileSync(join(root, "buildspec.yml"), "utf8");

/** The buildspec of the repository. */
export const buildspec = parse(text) as {
  readonly version: number;
  readonly env: { readonly shell: string; readonly variables: Readonly<Record<string, string>> };
  readonly phases: Readonly<Record<string, { readonly commands: readonly string[] }>>;
  readonly artifacts: { readonly files: readonly string[] };
};

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

/** The bucket, the registry, Docker and ECS that a build sees; each call is a line of the file `calls`. */
const fakes: Readonly<Record<string, string>> = {
  aws: `echo "aws $*" >> calls
case "$2" in
  cp) cp state/program.cjs "$5" ;;
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
export function build(extra: Readonly<Record<string, string | undefined>> = {}): Outcome {
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
    SOURCE_DIRECTORY: "",
    BUILD_FORMAT: "1",
    RELEASE_PROGRAM: place,
    RELEASE_PROGRAM_SHA256: program.sha256,
    CODEBUILD_SRC_DIR: folder,
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

/** The call that downloads the program. */
export const download = `aws s3 cp --only-show-errors ${place} PLAN/program.cjs`;

/** The calls that log in to the registry. */
export const login = ["aws ecr get-login-password", `docker login --username AWS --password-stdin ${registry}`];

/** The call that asks ECR for an image. */
export const look = (name: string, tag: string): string =>
  `aws ecr describe-images --repository-name shop/staging/${name} --image-ids imageTag=${tag}`;

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
  "aws ecs describe-services --cluster shop-staging --services shop-staging --query services[?status==`ACTIVE`].[serviceName, taskDefinition] --output text",
  "aws ecs describe-task-definition --task-definition shop-staging:7 --output json",
  "aws ecs describe-task-definition --task-definition arn:shop-staging-migrate:3 --output json",
];

/** Local name of the image of the proxy. */
export const proxy = "compose-ecs-pipeline-proxy";
