import { expect } from "chai";
import { describe, it } from "mocha";
import {
  compose,
  mirror,
  useFolder,
  write,
  build,
  download,
  login,
  look,
  files,
  compile,
  compare,
} from "./buildspec-bench.ts";

describe("buildspec.yml", () => {
  useFolder();

  it("pulls base images from where the stack says, and gives them their names in Dockerfiles", async () => {
    const reference = `${mirror}/docker-hub/library/debian:12`;
    const { code, calls } = await build({
      BASE_IMAGES: `debian:12=${reference} node:24=public.ecr.aws/docker/library/node:24`,
    });
    expect([code, calls.slice(0, 11)]).to.deep.equal([
      0,
      [
        download,
        look("proxy", "0123abc"),
        look("web", "0123abc"),
        ...login,
        "aws ecr get-login-password",
        `docker login --username AWS --password-stdin ${mirror}`,
        `docker pull --quiet ${reference}`,
        `docker tag ${reference} debian:12`,
        "docker pull --quiet public.ecr.aws/docker/library/node:24",
        "docker tag public.ecr.aws/docker/library/node:24 node:24",
      ],
    ]);
  });

  it("pushes nothing when a base image cannot be pulled, and pulls none when nothing is built", async () => {
    const BASE_IMAGES = "node:24=public.ecr.aws/docker/library/node:24";
    write("state/pull-fails", "");
    const failed = await build({ BASE_IMAGES });
    write("state/image-proxy-0123abc", "");
    write("state/image-web-0123abc", "");
    const built = await build({ BASE_IMAGES });
    expect([failed.code, failed.calls.slice(-1), built.code, built.calls]).to.deep.equal([
      1,
      ["docker pull --quiet public.ecr.aws/docker/library/node:24"],
      0,
      [download, look("proxy", "0123abc"), look("web", "0123abc"), ...login, ...compare],
    ]);
  });

  it("reads the Compose files that the stack names, in their order", async () => {
    write("base.yml", compose);
    write("deploy/staging.yml", "services:\n  proxy: !reset {}\n");
    const named = files.replace("docker-compose-staging.yml", "base.yml -f deploy/staging.yml");
    const { calls } = await build({ COMPOSE_FILES: "base.yml deploy/staging.yml" });
    expect(calls.filter((call) => call.startsWith("docker compose"))).to.deep.equal([
      `docker compose ${named} build web`,
    ]);
  });

  it("exports a cache of all stages from a separate builder, because Docker's cannot", async () => {
    const ask = "docker info --format {{json .DriverStatus}}";
    const plain = await build({ BUILD_CACHE: "registry" });
    write("state/info", '[["driver-type","io.containerd.snapshotter.v1"]]');
    const containerd = await build({ BUILD_CACHE: "registry" });
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
});
