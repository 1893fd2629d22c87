import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { imagesStep } from "../../../../components/build/images-step.ts";
import { staging } from "../../../support/names.ts";
import { container } from "../../../support/task.ts";

const registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com";
const uri = (image: string, digit: string) => `${registry}/shop/staging/${image}@sha256:${digit.repeat(64)}`;
const web = { image: { built: "web" } };

/** An application of two ECS services and two images, one container not being built here, and a release task. */
const { environment = {}, buildspec } = imagesStep({
  names: staging,
  logRetentionDays: 30,
  architecture: "arm64",
  application: {
    services: [
      { name: "", containers: [container("web", web), container("proxy", { image: { built: "proxy" } })] },
      {
        name: "worker",
        containers: [container("worker", web), container("cache", { image: { reference: "redis:7" } })],
      },
      { name: "queue", containers: [container("queue", { image: { reference: "rabbitmq:4" } })] },
    ] as never,
    release: [container("migrate", web)] as never,
    images: ["proxy", "web"].map((name) => ({ name, local: name, services: [name] })),
  },
});

interface Artifacts {
  readonly proxy?: object | undefined;
  readonly web?: object | undefined;
}
const good = {
  proxy: { ImageURI: uri("proxy", "a"), ImageTags: ["latest", "1.4"] },
  web: { ImageURI: uri("web", "b"), ImageTags: ["latest"] },
};

/** `aws ecr batch-get-image --repository-name NAME …`, from a file a repository. */
const aws = `#!/usr/bin/env bash
[ "$1 $2 $3" = "ecr batch-get-image --repository-name" ] || exit 9
cat "$(dirname "$0")/$(tr / - <<<"$4")" 2>/dev/null || echo null
`;

const plain = { schemaVersion: 2, config: {} };
/** An index as buildx pushes one: an image a platform, and attestations. */
const index = {
  schemaVersion: 2,
  manifests: [
    { digest: `sha256:${"1".repeat(64)}`, platform: { os: "linux", architecture: "amd64" } },
    { digest: `sha256:${"2".repeat(64)}`, platform: { os: "linux", architecture: "arm64" } },
    { digest: `sha256:${"3".repeat(64)}`, platform: { os: "unknown", architecture: "unknown" } },
  ],
};

/** Runs the step's buildspec in the primary artifact's folder, as CodeBuild does; `files` are what it has then written. */
function run(artifacts: Artifacts, manifests: Readonly<Record<string, object>> = { web: plain, proxy: plain }) {
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  try {
    for (const name of ["proxy", "web"] as const) {
      mkdirSync(join(folder, name));
      const detail = artifacts[name];
      if (detail !== undefined) writeFileSync(join(folder, name, "imageDetail.json"), JSON.stringify(detail));
    }
    mkdirSync(join(folder, "bin"));
    for (const [name, manifest] of Object.entries(manifests)) {
      writeFileSync(join(folder, "bin", `shop-staging-${name}`), JSON.stringify(JSON.stringify(manifest)));
    }
    writeFileSync(join(folder, "bin", "aws"), aws, { mode: 0o755 });
    const { phases } = JSON.parse(buildspec) as { phases: { build: { commands: readonly string[] } } };
    const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-ec", phases.build.commands.join("\n")], {
      cwd: join(folder, "proxy"),
      env: {
        PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
        ...(environment as Readonly<Record<string, string>>),
        CODEBUILD_SRC_DIR: join(folder, "proxy"),
        CODEBUILD_SRC_DIR_Image2: join(folder, "web"),
      },
      encoding: "utf8",
    });
    const written = readdirSync(join(folder, "proxy")).filter((name) =>
      /^(imagedefinitions.*|release)\.json$/.test(name),
    );
    const files: readonly (readonly [string, unknown])[] = written
      .toSorted()
      .map((name) => [name, JSON.parse(readFileSync(join(folder, "proxy", name), "utf8")) as unknown] as const);
    return { code: status, out: stdout.trim().split("\n"), err: stderr.trim(), files };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the images of a release that builds none", () => {
  it("are written by digest for each container of each ECS service and for each release task", () => {
    expect(run(good)).to.deep.equal({
      code: 0,
      out: [
        `proxy: shop/staging/proxy@sha256:${"a".repeat(64)}, tagged latest, 1.4, of which sha256:${"a".repeat(64)} is released`,
        `web: shop/staging/web@sha256:${"b".repeat(64)}, tagged latest, of which sha256:${"b".repeat(64)} is released`,
      ],
      err: "",
      files: [
        ["imagedefinitions-worker.json", [{ name: "worker", imageUri: uri("web", "b") }]],
        [
          "imagedefinitions.json",
          [
            { name: "web", imageUri: uri("web", "b") },
            { name: "proxy", imageUri: uri("proxy", "a") },
          ],
        ],
        ["release.json", { format: 1, images: [{ name: "migrate", imageUri: uri("web", "b") }] }],
      ],
    });
  });

  it("are, of an index, the image for the tasks' processor, which is the one that runs", () => {
    const { code, files } = run(good, { web: index, proxy: plain });
    expect([code, Object.fromEntries(files)["release.json"]]).to.deep.equal([
      0,
      { format: 1, images: [{ name: "migrate", imageUri: uri("web", "2") }] },
    ]);
  });

  it("end the release if an index has none for the processor, or if the image no longer exists", () => {
    const amd64 = { ...index, manifests: index.manifests.slice(0, 1) };
    const worlds: readonly Readonly<Record<string, object>>[] = [{ web: amd64, proxy: plain }, { proxy: plain }];
    const refusals = worlds.map((manifests) => {
      const { code, err, files } = run(good, manifests);
      return [code, err, files];
    });
    const digest = `sha256:${"b".repeat(64)}`;
    expect(refusals).to.deep.equal([
      [1, `shop/staging/web: ${digest} has no image for linux/arm64; push one for that platform`, []],
      [1, `shop/staging/web: ${digest} is not there any more; push the image again`, []],
    ]);
  });

  it("end the release before anything is written if one is missing, is not a digest, or is from another repository", () => {
    const refusals = [
      { ...good, web: undefined },
      { ...good, web: {} },
      { ...good, web: { ImageURI: `${registry}/shop/staging/web:latest` } },
      { ...good, web: good.proxy },
    ].map((artifacts) => {
      const { code, err, files } = run(artifacts);
      return [code, err, files];
    });
    expect(refusals).to.deep.equal([
      [1, "web: the source artifact Image2 has no imageDetail.json", []],
      [1, 'web: ImageURI "" is no digest of shop/staging/web', []],
      [1, `web: ImageURI "${registry}/shop/staging/web:latest" is no digest of shop/staging/web`, []],
      [1, `web: ImageURI "${uri("proxy", "a")}" is no digest of shop/staging/web`, []],
    ]);
  });

  it("are passed on as one artifact, by a role that may write it and do nothing else", () => {
    const { artifacts } = JSON.parse(buildspec) as { artifacts: unknown };
    expect(artifacts).to.deep.equal({ files: ["imagedefinitions*.json", "release.json"] });
  });
});
