import { expect } from "chai";
import { describe, it } from "mocha";
import { problemsOf } from "./support.ts";

describe("a Compose file that ECS cannot run", () => {
  const files: readonly (readonly [string, string, readonly string[]])[] = [
    ["is empty", "", ['shop.yml:1:1: a Compose file must be a mapping; write "services" with a service below it']],
    ["has no services", "name: x\n", ["shop.yml:1:1: no service runs in the task; write one without profiles"]],
    [
      "is not YAML",
      "services:\n\tweb: x\n",
      ["shop.yml:2:1: not readable as YAML: tabs are not allowed as indentation; correct it"],
    ],
    [
      "sets a key twice",
      "services:\n  web: {image: a, image: b}\n",
      [`shop.yml:2:19: "image" is there twice; remove one`],
    ],
    [
      "has keys at the top that Compose does not have, or that ECS cannot do",
      'version: "3"\nx-any: {privileged: true}\nnetworks: {back: {internal: true}}\nfoo: 1\nservices:\n  web: {image: a}\n',
      [
        `shop.yml:3:19: the environment's network decides what a task reaches; remove "internal"`,
        'shop.yml:4:1: Compose has no key "foo" at the top; correct or remove it',
      ],
    ],
    [
      "would push what a test builds",
      "services:\n  web: {build: ., image: shop/web}\n  unit: {profiles: [test], build: {target: test}, image: 'shop/web:latest'}\n",
      [
        'shop.yml:3:3: "unit" builds the image of "web" again, and that one is pushed; remove "build" or give it another image name',
      ],
    ],
    [
      "uses an anchor that does not exist",
      "services:\n  web: *nothing\n",
      ['shop.yml:2:8: there is no anchor "nothing" before this alias; add &nothing'],
    ],
    [
      "has services without an image, and one that cannot be the name of a container",
      "services:\n  web: {command: x}\n  a.b: {image: x}\n  c: 3\n",
      [
        'shop.yml:2:3: service "web" has no image; write "image" or "build"',
        'shop.yml:3:3: "a.b" cannot be the name of a container; use letters, digits, hyphens and underscores',
        'shop.yml:4:6: service "c" must be a mapping; write "image" or "build" below it',
      ],
    ],
    [
      "builds one image in two ways, and two whose names are alike",
      "services:\n  a: {build: ./a, image: x/web}\n  b: {build: ./b, image: x/web}\n  c-d: {build: .}\n  c_d: {build: .}\n  E: {build: .}\n",
      [
        'shop.yml:3:26: image "web" is built differently by "a"; give one of them another image name',
        'shop.yml:5:9: images "c-d" and "c_d" differ only in punctuation; give one of them another name',
        'shop.yml:6:7: "E" cannot be the name of a repository; set "image" with lower-case letters, digits and single hyphens',
      ],
    ],
    [
      "wants a tag that nothing builds",
      "services:\n  a: {image: 'x/web:${IMAGE_TAG}'}\n",
      [
        'shop.yml:2:14: IMAGE_TAG is known to a build only, and nothing builds the image of "a"; add "build" or name a fixed tag',
      ],
    ],
    [
      "depends on a service that does not exist, is not in the task, has no health check, or is itself",
      "services:\n  a: {image: x, depends_on: [b, nope, people, migrate]}\n  b: {image: x, depends_on: {a: {condition: service_healthy}}}\n  people: {image: x, profiles: [dev]}\n  migrate: {image: x, profiles: [release], depends_on: [a, seed, people]}\n  seed: {image: x, profiles: [release]}\n",
      [
        'shop.yml:2:33: "a" depends on "nope", which is not a service; correct or remove it',
        'shop.yml:2:39: "people" has a profile and is not in the task of "a"; remove the dependency or the profile, or write "required: false"',
        'shop.yml:2:47: "migrate" is a release task and has ended before "a" starts; write "required: false", or remove the dependency',
        'shop.yml:3:30: a → b → a wait for each other; remove one "depends_on"',
        'shop.yml:3:30: "a" has no health check to wait for; give it one or wait for service_started',
        'shop.yml:5:57: "migrate" runs alone, before "a" is deployed; remove the dependency',
        'shop.yml:5:60: release services run in the order of the file; write "seed" before "migrate"',
      ],
    ],
    [
      "listens twice on one port and publishes in two services",
      "services:\n  a: {image: x, ports: ['80:3000', '81:3001']}\n  b: {image: x, expose: [3000]}\n  c: {image: x, ports: [8080]}\n",
      [
        'shop.yml:2:36: the load balancer reaches one port of an ECS service, and 3000 is published; write 3001 below "expose" instead of "ports"',
        'shop.yml:3:26: "a" and "b" both listen on 3000, but share one network; give one of them another port',
        'shop.yml:4:25: "a" and "c" both publish ports, but the load balancer reaches one service of a task; write "expose" instead of "ports" in the other',
      ],
    ],
    [
      "sets several numbers of copies in one task",
      "services:\n  a: {image: x, ports: [80], deploy: {replicas: 2}}\n  b: {image: x, deploy: {replicas: 3}}\n  m: {image: x, profiles: [release], deploy: {replicas: 2}}\n",
      [
        'shop.yml:3:36: the containers of a task start together and have one count; set it in "a"',
        'shop.yml:4:57: a release task runs once; remove "replicas"',
      ],
    ],
    [
      "needs more than Fargate has",
      "services:\n  a: {image: x, cpus: 9}\n  b: {image: x, cpus: 9, mem_limit: 1g}\n",
      [
        "shop.yml:2:3: no Fargate size holds 18 vCPU with 1024 MiB; ask for less: 0.25 vCPU with 512, 1024 or 2048 MiB, 0.5 vCPU with 1024, 2048, 3072 or 4096 MiB, 1 vCPU with 2048 to 8192 MiB in steps of 1024, 2 vCPU with 4096 to 16384 MiB in steps of 1024, 4 vCPU with 8192 to 30720 MiB in steps of 1024, 8 vCPU with 16384 to 61440 MiB in steps of 4096, 16 vCPU with 32768 to 122880 MiB in steps of 8192",
      ],
    ],
    [
      "has more containers than a task may have",
      `services:\n${Array.from({ length: 11 }, (_, at) => `  s${at + 10}: {image: x}\n`).join("")}`,
      ["shop.yml:12:3: a task has at most 10 containers, not 11; give services for people a profile"],
    ],
    [
      "gives a volume options, and mounts what is not a volume",
      "services:\n  a: {image: x, volumes: ['/anonymous', './host:/x', 'tmp:/t', 'tmp:/t:ro', 'nope:/n', 'tmp:relative', {type: bind, source: /a, target: /b}, {type: volume, target: /c}]}\nvolumes:\n  tmp:\n  other: {driver: local}\n",
      [
        "shop.yml:2:27: this volume is anonymous; use a named volume, which lasts as long as its task",
        'shop.yml:2:41: this volume is a directory of the host, and Fargate has none; copy the files into the image, or use a named volume, which lasts as long as its task, or longer on EFS with "x-ecs: {efs: …}"',
        'shop.yml:2:77: no volume "nope" is declared; write "nope:" below "volumes" at the top',
        "shop.yml:2:88: a volume needs a path in the container; write the absolute path, such as name:/path",
        'shop.yml:2:104: this volume is a directory of the host, and Fargate has none; copy the files into the image, or use a named volume, which lasts as long as its task, or longer on EFS with "x-ecs: {efs: …}"',
        "shop.yml:2:142: this volume is anonymous; use a named volume, which lasts as long as its task",
        'shop.yml:5:11: a volume lives as long as its task, or on EFS; remove "driver"',
      ],
    ],
  ];
  for (const [title, text, problems] of files) {
    it(`is refused when it ${title}`, () => {
      expect(problemsOf(text)).to.deep.equal(problems);
    });
  }

  it("is reported with the exact place inside quotes, blocks and anchors, and each place once", () => {
    const text = [
      "x-app: &app",
      "  image: web",
      '  user: "a\\tb${ONE}"',
      "  command: >-",
      "    run",
      "    this ${TWO}",
      "services:",
      "  a: *app",
      "  b:",
      "    <<: *app",
      "",
    ];
    expect(problemsOf(text.join("\n"))).to.deep.equal([
      "shop.yml:3:14: nothing sets ONE; set it or write ${ONE:-default}",
      "shop.yml:6:10: nothing sets TWO; set it or write ${TWO:-default}, or $$TWO where a shell in the container is to read it",
    ]);
  });

  it("is not refused for mistakes in services for people", () => {
    const text = "services:\n  web: {image: x}\n  tool: {image: '${NONE}', privileged: true, profiles: [tools]}\n";
    expect(problemsOf(text)).to.deep.equal([]);
  });
});
