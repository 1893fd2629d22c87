import { expect } from "chai";
import { describe, it } from "mocha";
import { applicationOf, services, taskOf } from "../support.ts";

describe("a Compose file", () => {
  it("becomes one task, release tasks in its order, and the images it builds", () => {
    const application = applicationOf(`
name: shop
x-web: &web
  image: shop/web:\${IMAGE_TAG:-latest}
  environment: &environment
    DATABASE_URL: \${DATABASE_URL}
services:
  web:
    <<: *web
    build: {context: .}
    expose: [3000]
    volumes: ["tmp:/tmp"]
    healthcheck: {test: "true"}
    cpus: 0.5
  proxy:
    build: ./proxy
    ports: ["8080:8080"]
    deploy: {replicas: 3, resources: {limits: {cpus: "0.5", memory: 128m}}}
    depends_on: {web: {condition: service_healthy}}
  setup:
    <<: *web
    build: .
    profiles: [release]
    environment: {<<: *environment, EXTRA: 1}
    mem_limit: 2g
  migrate:
    <<: *web
    profiles: [release, tools]
    depends_on: [setup, db]
  db: {image: postgres, profiles: [development]}
volumes: {tmp: }
`);
    const [task, ...more] = application.services;
    expect([task?.name, task?.connected, task?.scaling, more]).to.deep.equal(["", false, undefined, []]);
    expect(task?.containers.map(({ name, image, dependsOn }) => [name, image, dependsOn])).to.deep.equal([
      ["proxy", { built: "proxy" }, [{ container: "web", condition: "HEALTHY" }]],
      ["web", { built: "web" }, []],
    ]);
    expect(
      application.release.map(({ name, image, environment, secrets, dependsOn, size }) => [
        name,
        image,
        environment,
        secrets,
        dependsOn,
        size,
      ]),
    ).to.deep.equal([
      ["setup", { built: "web" }, { EXTRA: "1" }, { DATABASE_URL: "DATABASE_URL" }, [], { cpu: 256, memoryMiB: 2048 }],
      ["migrate", { built: "web" }, {}, { DATABASE_URL: "DATABASE_URL" }, [], { cpu: 256, memoryMiB: 512 }],
    ]);
    expect(application.images).to.deep.equal([
      { name: "proxy", local: "compose-ecs-pipeline-proxy", services: ["proxy"] },
      { name: "web", local: "shop/web:${IMAGE_TAG}", services: ["web", "setup"] },
    ]);
    const { volumes, size, replicas, entry } = task ?? {};
    expect({ volumes, size, replicas, entry }).to.deep.equal({
      volumes: ["tmp"],
      size: { cpu: 1024, memoryMiB: 2048 },
      replicas: 3,
      entry: { container: "proxy", port: 8080 },
    });
  });

  it("becomes a deployment, a shared process namespace and volumes that last longer than its tasks", () => {
    const { update, sharesProcesses, volumes, efs, replicas } = taskOf(`services:
  web:
    image: w
    scale: 2
    deploy: {mode: replicated, update_config: {order: start-first, parallelism: 2, failure_action: rollback}}
    volumes: ["uploads:/uploads", "tmp:/tmp"]
    ports: [80]
  agent: {image: a, pid: "service:web"}
volumes:
  tmp:
  uploads: {x-ecs: {efs: {user: "1000:1001", permissions: "750"}}}
`);
    expect({ update, sharesProcesses, volumes, efs, replicas }).to.deep.equal({
      update: { order: "start-first", parallelism: 2 },
      sharesProcesses: true,
      volumes: ["tmp", "uploads"],
      efs: { uploads: { uid: 1000, gid: 1001, permissions: "0750" } },
      replicas: 2,
    });
  });

  it("takes Compose's defaults for what an update_config leaves out, and waits for no service that is not in the task", () => {
    const task = taskOf(`services:
  web: {image: w, deploy: {update_config: {}}, depends_on: {db: {condition: service_healthy, required: false}}}
  db: {image: d, profiles: [tools]}
`);
    expect([task.update, task.containers[0]?.dependsOn]).to.deep.equal([{ order: "stop-first", parallelism: 1 }, []]);
  });

  it("says which variables its builds read as secrets, and what its containers may do on AWS", () => {
    const { buildSecrets, policy, efs } = applicationOf(`services:
  web:
    image: w
    build: {context: ., secrets: [npm, pip, file]}
    x-ecs: {policy: [{actions: ["s3:GetObject"], resources: ["arn:aws:s3:::b/*"]}]}
  migrate:
    image: w
    profiles: [release]
    x-ecs: {policy: [{actions: ["sqs:SendMessage", "ssm:Describe*"], resources: ["*"]}]}
secrets: {npm: {environment: NPM_TOKEN}, pip: {environment: PIP_TOKEN}, file: {file: ./f}, unused: {environment: NO}}
`);
    expect({ buildSecrets, policy, efs }).to.deep.equal({
      buildSecrets: ["NPM_TOKEN", "PIP_TOKEN"],
      policy: [
        { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::b/*"] },
        { actions: ["sqs:SendMessage", "ssm:Describe*"], resources: ["*"] },
      ],
      efs: {},
    });
  });

  it("needs no entry: a single worker has a number of tasks, and no port", () => {
    const { entry, replicas, size } = taskOf("services: {worker: {image: w, deploy: {replicas: 0}}}\n");
    expect({ entry, replicas, size }).to.deep.equal({
      entry: undefined,
      replicas: 0,
      size: { cpu: 256, memoryMiB: 512 },
    });
  });

  it("shares a built image with a service that names it with or without the default tag", () => {
    const { services: tasks, images } = services(
      "  a: {build: ., image: x/web}\n  b: {image: 'x/web:latest'}\n  c: {image: 'x/web:2'}\n",
    );
    expect(tasks.map(({ containers }) => containers.map(({ image }) => image))).to.deep.equal([
      [{ built: "web" }, { built: "web" }, { reference: "x/web:2" }],
    ]);
    expect(images).to.deep.equal([{ name: "web", local: "x/web:latest", services: ["a"] }]);
  });

  it("lets its own keys win over merged ones, and earlier merged ones over later", () => {
    const [web] = taskOf(`
x-a: &a {user: a, image: a}
x-b: &b {user: b, working_dir: /b}
services:
  web: {image: own, <<: [*a, *b]}
`).containers;
    expect([web?.image, web?.user, web?.workingDirectory]).to.deep.equal([{ reference: "own:latest" }, "a", "/b"]);
  });
});

describe("the profile test", () => {
  it("is not a container, a release task or an image to push, takes every key, and changes no fingerprint", () => {
    const plain = services("  web: {build: ., ports: [80]}\n");
    const { tests, ...rest } = services(`  web: {build: ., ports: [80]}
  unit: {profiles: [test], build: {target: test}, privileged: true, volumes: ["./results:/results"]}
  lint: {profiles: [tools, test], build: ., image: lint}
`);
    expect({ ...rest, tests: plain.tests }).to.deep.equal(plain);
    expect(tests).to.deep.equal({
      services: ["unit", "lint"],
      builds: [{ service: "unit", local: "compose-ecs-pipeline-unit" }, { service: "lint" }],
    });
  });

  it("runs services that no other test service waits for, in the order of the file; a release service is not a test", () => {
    const { tests, release } = services(`  web: {image: a}
  system: {profiles: [test], image: a, depends_on: {database: {condition: service_healthy, restart: true}, web: {condition: service_started}}}
  database: {profiles: [test], image: b}
  unit: {profiles: [test], image: a, depends_on: [cache]}
  cache: {profiles: [test], image: c}
  migrate: {profiles: [release, test], image: a}
`);
    expect([tests, release.map(({ name }) => name)]).to.deep.equal([
      { services: ["system", "unit"], builds: [] },
      ["migrate"],
    ]);
  });
});
