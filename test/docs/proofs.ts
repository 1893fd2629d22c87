/** What shows that a command of a page works. */
export type Proof =
  /** The spec runs it: the file holds this text. */
  | { readonly spec: string; readonly holds: string }
  /** No test runs it, since it needs this. */
  | { readonly needs: "AWS" | "a package registry" | "a Git hosting service" | "files of your own" | "half an hour" };

const spec = (path: string, holds: string): Proof => ({ spec: `test/${path}.spec.ts`, holds });

/** Each verb, with the spec that runs it. */
export const verbProofs: Readonly<Record<string, Proof | undefined>> = {
  approve: spec("rehearsal/approval", '["approve", '),
  cost: spec("scripts/up/cost", '"cost --stack staging"'),
  destroy: spec("scripts/up/destroy-verb", "`destroy --stack staging"),
  doctor: spec("scripts/doctor/doctor", "npm run release -- doctor"),
  exec: spec("scripts/tasks/exec-verb", "`exec --stack staging"),
  init: spec("adoption/adoption", '["init", '),
  logs: spec("scripts/tasks/logs-verb", "`logs --stack staging"),
  parameters: spec("scripts/parameters/parameters-verb", 'parameters("set TOKEN"'),
  preview: spec("scripts/up/destroy-verb", "`preview${args}`"),
  rehearse: spec("adoption/adoption", 'forStaging("rehearse", '),
  reject: spec("rehearsal/approval", '["reject", '),
  release: spec("rehearsal/verbs", "`release --stack staging --commit"),
  resume: spec("rehearsal/rollback", '"resume --yes"'),
  revisions: spec("scripts/status/revisions-verb", '"revisions --stack staging"'),
  rollback: spec("rehearsal/rollback", '"rollback --yes"'),
  run: spec("rehearsal/one-off", '["run", "--container", '),
  status: spec("rehearsal/verbs", '"status --stack staging"'),
  up: spec("adoption/adoption", 'forStaging("up", "--yes")'),
};

/** A page all of whose commands one spec runs, from the page itself. */
export const pageProofs: Readonly<Record<string, Proof | undefined>> = {
  "docs/moving.md": spec("rehearsal/moving", "run every command of the page"),
};

/** Every other command, by its first words; the first entry that fits is taken. */
export const proofs: readonly (readonly [begins: RegExp, proof: Proof])[] = [
  [/^compose (check|explain)\b/, spec("scripts/compose/cli", "explain")],
  [/^pulumi config set\b/, spec("engine/options", "every option on the real engine")],
  [/^pulumi (up|stack)\b/, { needs: "AWS" }],
  // What a build does with the program, in the buildspec that the page says to write.
  [
    /^(PLAN=|object=|echo \$?"?\$RELEASE|sha256sum|cd \$CODEBUILD|node \$PLAN)/,
    spec("build/buildspec-docs", "docs/buildspec.md"),
  ],
  [/^aws s3api get-object /, spec("build/buildspec-docs", "docs/buildspec.md")],
  [/^aws codepipeline retry-stage-execution/, spec("rehearsal/retry", "startRetryWorld")],
  [/^aws /, { needs: "AWS" }],
  [/^jq /, { needs: "AWS" }],
  [/^sed .*docs\/policies\/operate\.json/, spec("rehearsal/people", 'policyFile("operate")')],
  [/^docker compose /, { needs: "files of your own" }],
  [/^git (switch|merge|push|archive)\b/, { needs: "a Git hosting service" }],
  [/^cd infra$/, spec("adoption/adoption", "infra")],
  [/^\.\/deliver\.sh (preview|up) staging\b/, spec("rehearsal/ci", '["up", "staging"]')],
  [/^(cp|mkdir) .*(\/deliver\.sh|github\.yml|\.github\/workflows)/, spec("examples/ci-workflow", "deliver.sh")],
  [/^npm (ci|install|pack)\b/, { needs: "a package registry" }],
  [/^npx mocha --timeout 60000 staging\.spec\.ts/, spec("testing/broken-stack", "docs/testing.md")],
  [/^bin\/rehearse\b/, spec("rehearsal/alone/journey", "journey(around, told)")],
  [/^bin\/test\b/, { needs: "half an hour" }],
  [/^npm run prove:permissions/, spec("prove/prove-permissions", "the proof of a permission")],
];
