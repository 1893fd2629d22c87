import { expect } from "chai";
import { readBuildspec } from "../../../scripts/init/buildspec.ts";
import { init } from "./init-world.ts";

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
      "nothing: the build signs in to ECR by itself",
      "nothing: each image has a repository, <application>/<environment>/<image>",
      "nothing: the build sets IMAGE_TAG to the commit's first characters",
      "nothing: the build sets IMAGE_TAG to the commit's first characters",
      "RAILS_ENV: a setting of the stack (below), which the container gets without a file",
      "SECRET_KEY_BASE: a setting of the stack (below), which the container gets without a file",
      "DATABASE_PASSWORD: a setting of the stack (below), which the container gets without a file",
      "AWS_SECRET_ACCESS_KEY: a setting of the stack (below), which the container gets without a file",
      "nothing: it only prints",
      "nothing: the build makes each image of the Compose file",
      "a release service (below): it runs after the approval and before the deployment, with the pushed image",
      "nothing: the image is pushed as it was built, without what a container has left in it",
      "nothing: the build pushes each image with the commit's tag",
      "yours: move it into the Dockerfile, or write a buildspec of your own (setting buildspec)",
      "nothing: the build pushes each image with the commit's tag",
      "nothing: the build pushes each image with the commit's tag",
      "nothing: the build writes imagedefinitions.json from the Compose file",
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
    image: <application>/<service>
    command: sh -c "bundle exec rake db:create && bundle exec rake db:migrate"
`);
  });

  it("refuses a file that is not there", async () => {
    const { code, err } = await init(rails, "--from-buildspec other.yml");
    expect([code, err[0]]).to.deep.equal([2, "init: --from-buildspec other.yml: there is no such file"]);
  });
});
