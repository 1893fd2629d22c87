import { expect } from "chai";
import { readBuildspec } from "../../../scripts/init/buildspec.ts";
import { init, usual } from "./init-world.ts";

/** The buildspec of the classic set-up for Rails: sign in, .env line by line, migrate, commit, push, image definitions. */
const classic = `version: 0.2
env:
  parameter-store:
    SECRET_KEY_BASE: /shop/secret_key_base
    DB_PASS: /shop/database_password
phases:
  install:
    runtime-versions:
      docker: 18
  pre_build:
    commands:
      - $(aws ecr get-login --no-include-email --region $AWS_DEFAULT_REGION)
      - REPOSITORY_URI=123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop-web
      - COMMIT_HASH=$(echo $CODEBUILD_RESOLVED_SOURCE_VERSION | cut -c 1-7)
      - IMAGE_TAG=\${COMMIT_HASH:=latest}
      - echo "RAILS_ENV=production" > .env
      - echo "SECRET_KEY_BASE=$SECRET_KEY_BASE" >> .env
      - echo DATABASE_PASSWORD=\${DB_PASS} >> .env
      - echo "AWS_SECRET_ACCESS_KEY=$AWS_SECRET" >> .env
  build:
    commands:
      - echo Build started on \`date\`
      - docker-compose -f docker-compose-$ECS_ENV_NAME.yml build
      - docker-compose -f docker-compose-$ECS_ENV_NAME.yml run --name shop_web web sh -c "bundle exec rake db:create && bundle exec rake db:migrate"
      - docker commit shop_web $REPOSITORY_URI:latest
      - docker tag $REPOSITORY_URI:latest $REPOSITORY_URI:$IMAGE_TAG
      - bundle exec rake sitemap:refresh
  post_build:
    commands:
      - docker push $REPOSITORY_URI:latest
      - docker push $REPOSITORY_URI:$IMAGE_TAG
      - printf '[{"name":"web","imageUri":"%s"}]' $REPOSITORY_URI:$IMAGE_TAG > imagedefinitions.json
artifacts:
  files: imagedefinitions.json
`;

const rails = { files: { Dockerfile: "FROM scratch\nEXPOSE 3000\n", "buildspec.yml": classic } };

describe("readBuildspec", () => {
  it("proposes the parameters, variables, release service and repositories of the classic set-up", () => {
    const { parameters, variables, releases, repositories } = readBuildspec("buildspec.yml", classic);
    expect({ parameters, variables, releases, repositories }).to.deep.equal({
      parameters: [
        "SECRET_KEY_BASE=/shop/secret_key_base",
        "DATABASE_PASSWORD=/shop/database_password",
        "AWS_SECRET_ACCESS_KEY",
      ],
      variables: ["RAILS_ENV=production"],
      releases: [{ command: 'sh -c "bundle exec rake db:create && bundle exec rake db:migrate"', of: "web" }],
      repositories: ["shop-web"],
    });
  });

  it("says of each line what becomes of it", () => {
    const { lines } = readBuildspec("buildspec.yml", classic);
    expect(lines.map(({ becomes }) => becomes)).to.deep.equal([
      "an entry of the setting `parameters`, which reads the same parameter",
      "an entry of the setting `parameters`, which reads the same parameter",
      "nothing: the build's image has Docker",
      "nothing: the build signs in to ECR by itself",
      "nothing: each image has a repository, <application>/<environment>/<image>",
      "nothing: the build sets IMAGE_TAG to the commit's first characters",
      "nothing: the build sets IMAGE_TAG to the commit's first characters",
      "RAILS_ENV: a setting of the stack (below), which the container gets without a file",
      "SECRET_KEY_BASE: a setting of the stack (below), which the container gets without a file",
      "DATABASE_PASSWORD: a setting of the stack (below), which the container gets without a file",
      "AWS_SECRET_ACCESS_KEY: a setting of the stack (below), which the container gets without a file; better: no key at all, since the containers have a role, whose rights are `policy` in infra/index.ts",
      "nothing: it only prints",
      "nothing: the build makes each image of the Compose file",
      "a release service (below): it runs after the approval and before the deployment, with the pushed image",
      "nothing: the image is pushed as it was built, without what a container has left in it",
      "nothing: the build pushes each image with the commit's tag",
      "yours: move it into the Dockerfile, or write a buildspec of your own (setting buildspec)",
      "nothing: the build pushes each image with the commit's tag",
      "nothing: the build pushes each image with the commit's tag",
      "nothing: the build writes imagedefinitions.json from the Compose file",
      "nothing: the build hands its own files to the next stage",
    ]);
  });

  it("proposes a .env.example that has plain values, and a reference for every other variable", () => {
    expect(readBuildspec("buildspec.yml", classic).example).to.deep.equal([
      "RAILS_ENV=production",
      "SECRET_KEY_BASE=${SECRET_KEY_BASE}",
      "DATABASE_PASSWORD=${DATABASE_PASSWORD}",
      "AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY}",
    ]);
  });

  const fates = [
    ["aws --version", "nothing: it only prints"],
    ["docker info", "nothing: it only prints"],
    ["touch .env", "nothing: no .env is written"],
    ["cp config/production.env .env", "nothing: no .env is written"],
    ["rm -rf tmp/cache", "yours: move it into the Dockerfile, or write a buildspec of your own (setting buildspec)"],
  ] as const;
  for (const [line, becomes] of fates) {
    it(`says of "${line}": ${becomes}`, () => {
      const text = JSON.stringify({ phases: { pre_build: { commands: [line] } } });
      expect(readBuildspec("buildspec.yml", text).lines).to.deep.equal([{ where: "pre_build", text: line, becomes }]);
    });
  }

  it("says what becomes of the sections around the commands, and of those that always run", () => {
    const text = JSON.stringify({
      phases: { install: { "runtime-versions": { ruby: 3.3 } }, build: { commands: [], finally: ["docker rm x"] } },
      reports: { tests: {} },
      artifacts: { files: ["imagedefinitions.json", "public/**/*"] },
      cache: { paths: ["vendor/**/*"] },
    });
    expect(readBuildspec("buildspec.yml", text).lines).to.deep.equal([
      {
        where: "install/runtime-versions",
        text: "ruby: 3.3",
        becomes: "nothing: the build only runs Docker; what the Dockerfile needs is in the image that it begins with",
      },
      { where: "build", text: "docker rm x", becomes: "nothing: each build starts with an empty Docker" },
      {
        where: "artifacts/files",
        text: "imagedefinitions.json",
        becomes: "nothing: the build hands its own files to the next stage",
      },
      {
        where: "artifacts/files",
        text: "public/**/*",
        becomes: "nothing hands it on: if a later stage needs it, write a buildspec of your own (setting buildspec)",
      },
      { where: "cache", text: "the whole section", becomes: "the setting buildCache: layers are kept in ECR" },
      {
        where: "reports",
        text: "the whole section",
        becomes: "the setting testReports, with a buildspec of your own",
      },
    ]);
  });

  const migrations = [
    [
      "docker run --rm -e A=b --env-file .env $REPOSITORY_URI:$IMAGE_TAG bundle exec rails db:migrate",
      "bundle exec rails db:migrate",
      "$REPOSITORY_URI:$IMAGE_TAG",
    ],
    ["docker compose run --rm web python manage.py migrate", "python manage.py migrate", "web"],
    [
      `aws ecs run-task --cluster c --task-definition t --overrides '{"containerOverrides":[{"name":"web","command":["npx","prisma","migrate","deploy"]}]}'`,
      "npx prisma migrate deploy",
      undefined,
    ],
  ] as const;
  for (const [line, command, of] of migrations) {
    it(`finds the migration in ${line.split(" ").slice(0, 3).join(" ")}`, () => {
      const text = JSON.stringify({ phases: { build: { commands: [line] } } });
      expect(readBuildspec("buildspec.yml", text).releases).to.deep.equal([{ command, of }]);
    });
  }

  it("refuses a file that is not a buildspec, or not readable", () => {
    expect(() => readBuildspec("a.yml", "services: {}")).to.throw(
      'a.yml: it has no "phases", so it is not a buildspec; give another file',
    );
    expect(() => readBuildspec("a.yml", "a: [")).to.throw(/^a\.yml: not readable as YAML: /);
  });
});

describe("init --from-buildspec", () => {
  it("prints what becomes of each line and what to write, and writes nothing", async () => {
    const { code, out, files } = await init(rails, "--from-buildspec buildspec.yml");
    expect([code, Object.keys(files)]).to.deep.equal([0, [".gitignore", "Dockerfile", "buildspec.yml"]]);
    const text = out.join("\n");
    expect(text).to.include(
      "  build: docker commit shop_web $REPOSITORY_URI:latest\n    → nothing: the image is pushed as it was built",
    );
    expect(text).to.include(`Settings for Pulumi.<environment>.yaml:
  variables:
    - RAILS_ENV=production
  parameters:
    - SECRET_KEY_BASE=/shop/secret_key_base
    - DATABASE_PASSWORD=/shop/database_password
    - AWS_SECRET_ACCESS_KEY

Release service for docker-compose-<environment>.yml:
  migrate:
    profiles: [release]
    # init: the image of web
    image: <application>/web
    command: sh -c "bundle exec rake db:create && bundle exec rake db:migrate"
    environment:
      RAILS_ENV: \${RAILS_ENV}
      SECRET_KEY_BASE: \${SECRET_KEY_BASE}
      DATABASE_PASSWORD: \${DATABASE_PASSWORD}
      AWS_SECRET_ACCESS_KEY: \${AWS_SECRET_ACCESS_KEY}
`);
    expect(text).to.include("\n  aws codebuild batch-get-projects --names PROJECT ");
  });

  it("does not say where a project's parameters are listed if the buildspec names each parameter", async () => {
    const stored = JSON.stringify({ env: { "parameter-store": { A: "/a" } }, phases: {} });
    const { out } = await init(
      { files: { ...rails.files, "buildspec.yml": stored } },
      "--from-buildspec buildspec.yml",
    );
    expect(out.join("\n")).to.include("- A=/a").and.not.to.include("batch-get-projects");
  });

  it("proposes lines for .env.example from which init writes the Compose file and the settings", async () => {
    const before = await init(rails, "--from-buildspec buildspec.yml");
    const at = before.out.findIndex((line) => line.startsWith(".env.example, which"));
    const example = before.out.slice(at + 1, at + 5).map((line) => line.trim());
    const compose = 'services:\n  web:\n    build: .\n    env_file: .env\n    ports: ["3000:3000"]\n';
    const files = {
      ...rails.files,
      "docker-compose-production.yml": compose,
      ".env.example": [...example, "LOCALE=${LOCALE}"].join("\n"),
    };
    const made = await init({ files, ignored: [".env"] }, `${usual} --name shop --environment live`);
    expect(made.files["docker-compose-live.yml"]).to.include(
      [
        "    environment:",
        "      RAILS_ENV: production",
        ...["SECRET_KEY_BASE", "DATABASE_PASSWORD", "AWS_SECRET_ACCESS_KEY", "LOCALE"].map(
          (name) => `      ${name}: \${${name}}`,
        ),
      ].join("\n"),
    );
    expect(made.files["infra/Pulumi.live.yaml"]).to.include(
      ["parameters:", ...["SECRET_KEY_BASE", "DATABASE_PASSWORD", "AWS_SECRET_ACCESS_KEY", "LOCALE"]].join("\n    - "),
    );
    expect(made.files["infra/Pulumi.live.yaml"]).to.not.include("shop:variables");
  });

  it("refuses a file that is not there", async () => {
    const { code, err } = await init(rails, "--from-buildspec other.yml");
    expect([code, err[0]]).to.deep.equal([2, "init: --from-buildspec other.yml: there is no such file"]);
  });
});
