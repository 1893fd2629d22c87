import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inlineBuildspec } from "../../components/build/steps/inline-buildspec.ts";

/** What a step of the release sees: answers by the fake's file name; a list gives one answer a call, its last one again and again. */
export type World = Readonly<Record<string, unknown>>;

/** How a step ended: its output, and every call that changed something. */
export interface Outcome {
  readonly code: number | null;
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly deeds: readonly string[];
}

/**
 * AWS as the steps ask it: reading calls are answered from files of `state`, the others are lines of `deeds`. A task is
 * there once the deed is done that it is `after`.
 */
const aws = `
next() {
  local told
  [ -e "$1" ] || return 1
  mapfile -t told < "$1" && echo "\${told[0]}"
  [ "\${#told[@]}" -lt 2 ] || printf '%s\n' "\${told[@]:1}" > "$1"
}
option() { local want=$1; shift; while [ $# -gt 0 ]; do [ "$1" != "$want" ] || { echo "$2"; return; }; shift; done; }
deed() { printf '%s\\n' "$*" >> deeds; }
missing() { echo "the test has no answer to: aws $*" >&2; exit 255; }
service=$(option --service "$@")
case "$2" in
  list-action-executions) next state/actions ;;
  list-service-deployments)
    case "$*" in
      *'[0]'*) next "state/$service.made" ;;
      *'--output text'*) next "state/$service.newest" ;;
      *) next "state/$service.last" ;;
    esac ;;
  describe-service-deployments) next "state/\${4##*/}" ;;
  describe-service-revisions) echo "arn:aws:ecs:us-east-1:000000000000:task-definition/$(cat "state/\${4##*/}")" ;;
  describe-services) next "state/$(option --services "$@").service" ;;
  describe-scalable-targets) next state/most ;;
  describe-target-health) next state/healthy ;;
  describe-images)
    case "$6" in
      imageTag=verified-*) cat state/verified ;;
      *) cat "state/\${4##*/}.digest" ;;
    esac ;;
  batch-get-image)
    printf '{"imageId": {"imageDigest": "%s"}, "imageManifest": "{}\\\\n", "imageManifestMediaType": "x"}' "$(cat "state/\${4##*/}.digest")" ;;
  put-image)
    deed "$2 $(jq -r '"\\(.repositoryName):\\(.imageTag) \\(.imageDigest) \\(.imageManifest | @json) \\(.imageManifestMediaType)"' <<< "$(option --cli-input-json "$@")")"
    [ ! -e state/put ] || { cat state/put >&2; exit 254; }
    echo sha256:put ;;
  list-tasks)
    [ -s state/tasks ] || { echo "An error occurred (AccessDeniedException)" >&2; exit 254; }
    jq -c --arg family "$(option --family "$@")" --arg desired "$(option --desired-status "$@")" --rawfile deeds deeds \\
      'map(select(.family == $family and .desired == $desired and (.after // "" | inside($deeds))) | .taskArn)' state/tasks |
      case "$*" in *'--output text'*) jq -r 'join("\\t")' ;; *) cat ;; esac ;;
  describe-tasks)
    [ ! -e state/unreadable ] || { echo "An error occurred (AccessDeniedException)" >&2; exit 254; }
    jq -c --arg asked "$*" 'map(select(.taskArn as $arn | $asked | contains($arn)))' state/tasks ;;
  get-log-events) echo '["the last words of '"$(option --log-stream-name "$@")"'"]' ;;
  stop-service-deployment) deed "\${@:2}"; [ ! -e state/unstoppable ] || { echo "An error occurred (ConflictException)" >&2; exit 254; } ;;
  update-service | stop-pipeline-execution) deed "\${@:2}" ;;
  *) missing "$@" ;;
esac || missing "$@"
`;

const curl = `
[ -e state/answer ] || { echo "curl: (22) The requested URL returned error: 503" >&2; exit 22; }
cat state/answer
`;

/** Runs a step's script as CodeBuild does, in a separate folder. */
export function runStep(
  step: "watch" | "verify",
  world: World,
  environment: Readonly<Record<string, string>>,
): Outcome {
  const folder = mkdtempSync(join(tmpdir(), `${step}-`));
  try {
    for (const name of ["state", "bin"]) mkdirSync(join(folder, name));
    for (const [name, body] of Object.entries({ aws, curl })) {
      writeFileSync(join(folder, "bin", name), `#!/usr/bin/env bash${body}`, { mode: 0o755 });
    }
    for (const [name, content] of Object.entries(world)) {
      writeFileSync(join(folder, name.includes(".json") ? name : `state/${name}`), textOf(content));
    }
    writeFileSync(join(folder, "deeds"), "");
    const { phases } = JSON.parse(inlineBuildspec(step)) as { phases: { build: { commands: readonly string[] } } };
    const env = { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, ...surroundings, ...environment };
    const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-ec", phases.build.commands.join("\n")], {
      cwd: folder,
      env,
      encoding: "utf8",
      timeout: 30_000,
    });
    const deeds = lines(readFileSync(join(folder, "deeds"), "utf8"));
    return { code: status, out: lines(stdout), err: lines(stderr), deeds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const surroundings = {
  ECS_CLUSTER: "shop-staging",
  LOG_GROUP: "/ecs/shop-staging",
  PIPELINE: "shop-staging",
  PIPELINE_EXECUTION_ID: "run-1",
  POLL_SECONDS: "0",
  TIMEOUT_MINUTES: "1",
  SMOKE_TEST_URL: "",
  SMOKE_TEST_ANSWER: "",
  IMAGE_REPOSITORIES: "shop/staging/proxy shop/staging/web",
};

/** A list is one answer a line; a text is one answer. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map((one) => `${lineOf(one)}\n`).join("") : `${lineOf(content)}\n`;
}

const lineOf = (one: unknown): string => (typeof one === "string" ? one : JSON.stringify(one));

function lines(output: string): readonly string[] {
  return output.split("\n").filter((line) => line !== "");
}
