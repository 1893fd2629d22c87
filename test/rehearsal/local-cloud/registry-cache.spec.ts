import { spawnSync } from "node:child_process";
import { BatchDeleteImageCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { strToU8 } from "fflate";
import { docker } from "../../../local-cloud/kit/docker.ts";
import { startBuildspecWorld, type BuildspecWorld } from "./buildspec-world.ts";

const compose = `services:
  web: {image: "shop/web:\${IMAGE_TAG:-latest}", build: ., expose: [3000]}
`;

/** Two stages; the image has only the second one, so the cache must keep more than its layers. */
const dockerfile = `FROM scratch AS first
COPY one /first/
FROM scratch
COPY --from=first /first /second
COPY two /
`;

const commit = (letter: string): string => letter.repeat(40);

/** Why this engine cannot run the test; empty when it can. buildspec.yml asks the engine the same. */
const reason = (() => {
  const { stdout } = spawnSync("docker", ["info", "--format", "{{json .DriverStatus}}"], { encoding: "utf8" });
  if (stdout.includes("io.containerd.snapshotter")) return "";
  return " (skipped: this Docker engine keeps its images in no containerd image store, so its own builder exports no such cache, and a builder in a container cannot reach the registry of this machine)";
})();

describe("the layer cache in the registry", function () {
  this.timeout(180_000);
  let world: BuildspecWorld;

  before(async () => {
    if (reason !== "") return;
    world = await startBuildspecWorld();
    await world.environment(compose, { cache: "registry" });
  });
  after(async () => {
    if (reason !== "") return;
    await world.close();
    const filters = ["*/shop/production/web", "shop/web"].flatMap((name) => ["--filter", `reference=${name}`]);
    const images = await docker(["images", "--format", "{{.Repository}}:{{.Tag}}", ...filters]);
    const own = new RegExp(`^(${world.registry}/|shop/web:(aaaaaaa|bbbbbbb|ccccccc)$)`);
    await docker(["rmi", ...images.split("\n").filter((image) => own.test(image))]);
  });

  /** Ids of the builder's cache entries. */
  const kept = async (): Promise<readonly string[]> =>
    [...(await docker(["buildx", "du", "--verbose"])).matchAll(/^ID:\s+(\w+)$/gm)].map(([, id = ""]) => id);

  /** Removes what the builder has cached since; dependants first. */
  const forget = async (before: readonly string[]): Promise<void> => {
    let left: readonly string[] = [];
    for (let tries = 0; tries < 5; tries += 1) {
      left = (await kept()).filter((id) => !before.includes(id));
      if (left.length === 0) return;
      for (const id of left) await docker(["buildx", "prune", "--all", "--force", "--filter", `id=${id}`]);
    }
    throw new Error(`the builder still keeps ${left.join(", ")}`);
  };

  /** Builds with an empty builder; returns the steps that came from the cache. */
  const buildFromNothing = async (revision: string): Promise<readonly string[]> => {
    const [before, from] = [await kept(), world.lines.length];
    const content = (name: string) => strToU8(`${name} of ${world.registry}`);
    const { status, logTail } = await world.build(revision, {
      Dockerfile: strToU8(dockerfile),
      one: content("one"),
      two: content("two"),
    });
    expect(status, logTail.join("\n")).to.equal("SUCCEEDED");
    await forget(before);
    const log = world.lines.slice(from).join("\n");
    const cached = new Set([...log.matchAll(/^#(\d+) CACHED$/gm)].map(([, step]) => step));
    const steps = [...log.matchAll(/^#(\d+) \[.*\] (COPY .*)$/gm)].filter(([, step]) => cached.has(step));
    return [...new Set(steps.map(([, , command = ""]) => command))].toSorted();
  };

  const test = reason === "" ? it : it.skip;
  test(`gives a builder that has lost everything the layers of all stages${reason}`, async () => {
    const first = await buildFromNothing(commit("a"));
    const second = await buildFromNothing(commit("b"));
    await world.ecr.send(
      new BatchDeleteImageCommand({ repositoryName: "shop/production/web", imageIds: [{ imageTag: "cache" }] }),
    );
    const withoutCache = await buildFromNothing(commit("c"));
    expect({ first, second, withoutCache }).to.deep.equal({
      first: [],
      second: ["COPY --from=first /first /second", "COPY one /first/", "COPY two /"],
      withoutCache: [],
    });
    expect(Object.keys(await world.tags("shop/production/web"))).to.deep.equal([
      "aaaaaaa",
      "bbbbbbb",
      "cache",
      "ccccccc",
      "latest",
    ]);
  });
});
