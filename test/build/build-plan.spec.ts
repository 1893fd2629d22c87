import { writeFileSync } from "node:fs";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Fingerprints } from "../../build/code/comparison.ts";
import { planIn } from "../../build/code/plan-step.ts";
import { requireFormat } from "../../build/kit/format.ts";
import { compose, environment, inFolder, useFolder, plan } from "./plan-bench.ts";

/** Names of the containers of each ECS service, and of the release services. */
const namesIn = ({ services, release }: Fingerprints) => [
  Object.fromEntries(Object.entries(services).map(([name, containers]) => [name, Object.keys(containers)])),
  Object.keys(release),
];

describe("the plan of a build", () => {
  useFolder();

  it("lists what to build, where to push it and what to release", () => {
    const { fingerprints, ...rest } = plan();
    expect(rest).to.deep.equal({
      format: 2,
      tag: "0123abc",
      composeFiles: ["docker-compose-staging.yml"],
      registries: ["registry.example"],
      images: [
        {
          name: "proxy",
          service: "proxy",
          local: "compose-ecs-pipeline-proxy",
          repository: "registry.example/shop/staging/proxy",
        },
        { name: "web", service: "web", local: "shop/web:0123abc", repository: "registry.example/shop/staging/web" },
      ],
      imageDefinitions: {
        "imagedefinitions.json": [
          { name: "proxy", imageUri: "registry.example/shop/staging/proxy:0123abc" },
          { name: "web", imageUri: "registry.example/shop/staging/web:0123abc" },
        ],
      },
      release: {
        format: 1,
        images: [
          { name: "migrate", imageUri: "registry.example/shop/staging/web:0123abc" },
          { name: "notify", imageUri: "curl:1" },
        ],
      },
      promotion: null,
      baseImages: [],
      builder: null,
      tests: { services: [], builds: [] },
      override: {
        services: {
          proxy: {
            image: "compose-ecs-pipeline-proxy",
            build: {
              cache_from: ["type=registry,ref=registry.example/shop/staging/proxy:latest"],
              cache_to: ["type=inline"],
            },
          },
          web: {
            image: "shop/web:0123abc",
            build: {
              cache_from: ["type=registry,ref=registry.example/shop/staging/web:latest"],
              cache_to: ["type=inline"],
            },
          },
        },
      },
    });
    expect(namesIn(fingerprints)).to.deep.equal([{ "shop-staging": ["cache", "proxy", "web"] }, ["migrate", "notify"]]);
  });

  it("builds nothing if another environment's images are released, and lists where each comes from", () => {
    const promoting = {
      PROMOTE_FROM: "qa",
      PROMOTE_REPOSITORIES: "web=shop/qa/web proxy=shop/qa/proxy old=shop/qa/old",
    };
    const { images, promotion, override, registries, imageDefinitions, release } = plan(promoting);
    const { imageDefinitions: built, release: builtRelease } = plan();
    expect({ images, promotion, override, registries }).to.deep.equal({
      images: [],
      promotion: {
        from: "qa",
        images: [
          {
            name: "proxy",
            source: "registry.example/shop/qa/proxy",
            repository: "registry.example/shop/staging/proxy",
          },
          { name: "web", source: "registry.example/shop/qa/web", repository: "registry.example/shop/staging/web" },
        ],
      },
      override: { services: {} },
      registries: ["registry.example"],
    });
    expect([imageDefinitions, release]).to.deep.equal([built, builtRelease]);
  });

  it("names only its own images if there is no cache", () => {
    expect(plan({ BUILD_CACHE: "none" }).override).to.deep.equal({
      services: { proxy: { image: "compose-ecs-pipeline-proxy" }, web: { image: "shop/web:0123abc" } },
    });
  });

  it("can cache the layers of all stages in each image's repository, with a builder that knows where base images are", () => {
    const mirror = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
    const BASE_IMAGES = `debian:latest=${mirror}/hub/debian moby/buildkit:buildx-stable-1=public.ecr.aws/b/buildkit`;
    const { override, builder, registries, baseImages } = plan({ BUILD_CACHE: "registry", BASE_IMAGES });
    const { web } = override.services;
    const ref = "type=registry,ref=registry.example/shop/staging/web:cache";
    expect({ web, builder, registries, baseImages }).to.deep.equal({
      web: {
        image: "shop/web:0123abc",
        build: {
          cache_from: [ref],
          cache_to: [`${ref},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`],
          additional_contexts: {
            debian: `docker-image://${mirror}/hub/debian`,
            "moby/buildkit:buildx-stable-1": "docker-image://public.ecr.aws/b/buildkit",
          },
        },
      },
      builder: "public.ecr.aws/b/buildkit",
      registries: [mirror, "registry.example"],
      baseImages: [
        { image: "debian:latest", reference: `${mirror}/hub/debian` },
        { image: "moby/buildkit:buildx-stable-1", reference: "public.ecr.aws/b/buildkit" },
      ],
    });
  });

  it("names the image of a test, so that it is the same for any project name", () => {
    const tests = `  unit: {profiles: [test], build: {target: test}}
  lint: {profiles: [test], build: ., image: lint}
  database: {profiles: [test], image: "postgres:15"}
  system: {profiles: [test], image: "shop/web:\${IMAGE_TAG:-latest}", depends_on: [database]}
`;
    writeFileSync(inFolder("docker-compose-staging.yml"), compose + tests);
    const asked = plan({ RUN_TESTS: "true", BUILD_CACHE: "none" });
    expect([asked.tests, asked.override, plan().tests]).to.deep.equal([
      { services: ["unit", "lint", "system"], builds: ["unit", "lint"] },
      {
        services: {
          proxy: { image: "compose-ecs-pipeline-proxy" },
          web: { image: "shop/web:0123abc" },
          unit: { image: "compose-ecs-pipeline-unit" },
          lint: {},
        },
      },
      { services: [], builds: [] },
    ]);
  });

  const without = (name: string): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(environment).filter(([key]) => key !== name));

  const refusals: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
    [
      "no environment's name",
      without("ECS_ENV_NAME"),
      ['ECS_ENV_NAME: not set; run "pulumi up" for the stack, which sets it in the build project'],
    ],
    [
      "variables of another format",
      { ...environment, BUILD_FORMAT: "1" },
      ['BUILD_FORMAT: it is "1", but this program reads format 2; run "pulumi up" for the stack'],
    ],
    [
      "variables of an older program, which have no format",
      without("BUILD_FORMAT"),
      ['BUILD_FORMAT: it is "", but this program reads format 2; run "pulumi up" for the stack'],
    ],
    [
      "no Compose file",
      { ...environment, ECS_ENV_NAME: "other" },
      ["docker-compose-other.yml:1:1: there is no file to read; commit it or correct the path"],
    ],
    [
      "no value of a plain variable",
      without("LOG_LEVEL"),
      ['LOG_LEVEL: not set; run "pulumi up" for the stack, which sets it in the build project'],
    ],
    [
      "a variable that the stack does not declare",
      without("COMPOSE_PARAMETERS"),
      ["docker-compose-staging.yml:5:34: nothing sets DATABASE_URL; set it or write ${DATABASE_URL:-default}"],
    ],
    [
      "a cache that it does not know",
      { ...environment, BUILD_CACHE: "s3" },
      ['BUILD_CACHE: "s3" is not a build cache; set inline, registry or none'],
    ],
    [
      "images without a repository",
      {
        PATH: environment["PATH"] ?? "",
        BUILD_FORMAT: "2",
        ECS_ENV_NAME: "staging",
        ECS_SERVICE: "shop-staging",
        CODEBUILD_RESOLVED_SOURCE_VERSION: "0123abc",
        SOURCE_REVISION: "commit",
        COMPOSE_PARAMETERS: "DATABASE_URL LOG_LEVEL",
      },
      [
        'REPOSITORY_PROXY: image "proxy" has no repository yet; run "pulumi up" for the stack from this commit, then "release"',
        'REPOSITORY_WEB: image "web" has no repository yet; run "pulumi up" for the stack from this commit, then "release"',
      ],
    ],
  ];

  for (const [title, env, err] of refusals) {
    it(`is refused with ${title}, in one line for each problem`, () => {
      const planned = (): unknown => {
        requireFormat(env);
        return planIn(inFolder("."), env);
      };
      expect(planned).to.throw().with.property("message", err.join("\n"));
    });
  }
});
