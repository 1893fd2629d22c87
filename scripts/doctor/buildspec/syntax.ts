import type { Shape } from "./shape.ts";

// CodeBuild user guide, "Build specification reference for CodeBuild", "Buildspec syntax": every key, and what is required.
const any: Shape = { kind: "any" };
const text: Shape = { kind: "text" };
const texts: Shape = { kind: "texts" };
const textOrTexts: Shape = { kind: "texts", orText: true };
const named = (each: Shape, more: { readonly most?: number; readonly reserved?: RegExp } = {}): Shape => ({
  kind: "named",
  each,
  ...more,
});
const mapping = (keys: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape => ({
  kind: "mapping",
  keys,
  required,
});
const oneOf = (...words: readonly string[]): Shape => ({
  kind: "text",
  pattern: new RegExp(`^(${words.join("|")})$`),
  allowed: words.join(", ").replace(/, ([^,]*)$/, " or $1"),
});
const yesOrNo: Shape = { kind: "text", pattern: /^(yes|no|true|false)$/, allowed: "yes or no" };

const variables = named(text, { reserved: /^CODEBUILD_/ });
/** `RETRY` may be followed by a count, a regular expression, or both. */
const onFailure: Shape = {
  kind: "text",
  pattern: /^(ABORT|CONTINUE|RETRY(-.+)?)$/,
  allowed: "ABORT, CONTINUE, RETRY, RETRY-count, RETRY-regex or RETRY-count-regex",
};
const phase = { "run-as": text, "on-failure": onFailure, commands: texts, finally: texts };
/** "Available runtimes" of the same guide. */
const runtimes = ["android", "dotnet", "golang", "java", "nodejs", "php", "python", "ruby"];
const noDocker: Shape = { kind: "refused", say: "it no longer exists; remove it: Docker is in the build's image" };
const noSecrets: Shape = {
  kind: "refused",
  say: "the build's role may not read secrets of Secrets Manager; put it into Parameter Store, and name it in buildParameters",
};
const reportFormats = [
  ...["CUCUMBERJSON", "JUNITXML", "NUNITXML", "NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX"],
  ...["CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV"],
];
const files = { files: texts, "base-directory": text, "discard-paths": yesOrNo };
// AWS's tutorial of the ECS action writes `files: imagedefinitions.json`, and so do many.
const artifact = {
  ...files,
  files: textOrTexts,
  name: text,
  "exclude-paths": any,
  "enable-symlinks": yesOrNo,
  "s3-prefix": text,
};

/** A buildspec of version 0.2. */
export const buildspecShape: Shape = mapping(
  {
    version: any,
    "run-as": text,
    env: mapping({
      shell: oneOf("bash", "/bin/sh"),
      variables,
      "parameter-store": variables,
      "exported-variables": texts,
      "secrets-manager": noSecrets,
      "git-credential-helper": yesOrNo,
    }),
    proxy: mapping({ "upload-artifacts": yesOrNo, logs: yesOrNo }),
    // Of a batch, which the pipeline does not start.
    batch: any,
    phases: mapping({
      install: mapping({
        ...phase,
        "runtime-versions": mapping({ ...Object.fromEntries(runtimes.map((name) => [name, text])), docker: noDocker }),
      }),
      pre_build: mapping(phase, "commands"),
      build: mapping(phase, "commands"),
      post_build: mapping(phase, "commands"),
    }),
    reports: named(mapping({ ...files, "file-format": oneOf(...reportFormats) }, "files"), { most: 5 }),
    artifacts: mapping({ ...artifact, "secondary-artifacts": named(mapping(artifact, "files")) }, "files"),
    cache: mapping({ key: text, "fallback-keys": texts, action: oneOf("restore", "save"), paths: texts }, "paths"),
  },
  "phases",
);
