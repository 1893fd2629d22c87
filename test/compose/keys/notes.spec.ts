import { expect } from "chai";
import { applicationOf } from "../support.ts";

/** The probable mistakes in a file. */
const notes = (text: string): readonly string[] =>
  applicationOf(text).notes.map(({ at, message }) => `${at.line}:${at.column}: ${message}`);

const lends = (name: string, heirs: string) =>
  `"${name}" lends its keys to ${heirs} and has neither command nor port; ECS runs it anyway, and the whole task ends when it ends; write its "command", or move its keys to "x-${name}" at the top if it should not run`;

describe("a service that exists only for other services", () => {
  // The shape of Chatwoot's docker-compose.production.yaml.
  const chatwoot = (base: string) => `services:
  base: &base
    image: chatwoot
    environment: {RAILS_ENV: production}
${base}  rails:
    <<: *base
    command: [rails, s]
    ports: ["3000:3000"]
  sidekiq:
    <<: *base
    command: [sidekiq]
`;

  it("is reported if others take its keys by an anchor and it does not say what runs", () => {
    expect(notes(chatwoot(""))).to.deep.equal([`2:3: ${lends("base", "rails, sidekiq")}`]);
  });

  it("is reported if others extend it", () => {
    const text = `services:
  web: {extends: app, command: serve}
  app: {image: a}
`;
    expect(notes(text)).to.deep.equal([`3:3: ${lends("app", "web")}`]);
  });

  it("is reported if its image is a build context of another service", () => {
    const text = `services:
  base: {build: ./base}
  web: {build: {context: ., additional_contexts: {base: "service:base"}}, ports: [80]}
`;
    expect(notes(text)).to.deep.equal([
      '2:3: "base" is a build context of web and has neither command nor port; ECS runs it anyway, and the whole task ends when it ends; write its "command", or make it a stage of their Dockerfile if it should not run',
    ]);
  });

  const running: Readonly<Record<string, string>> = {
    "has a command": chatwoot("    command: [serve]\n"),
    "has an entrypoint": chatwoot("    entrypoint: [serve]\n"),
    "exposes a port": `services:
  base: &base {image: a, expose: [4000]}
  worker: {<<: *base, expose: [3000], command: work}
`,
    "is waited for": `${chatwoot("")}  cron: {image: c, depends_on: [base]}\n`,
    "is for people": chatwoot("    profiles: [tools]\n").replaceAll("<<: *base\n", "<<: *base\n    profiles: []\n"),
    "lends to a release task alone": `services:
  bot: &bot {image: bot}
  migrate: {<<: *bot, command: migrate, profiles: [release]}
`,
    "lends to a service that runs the same": "services:\n  a: &a {image: a}\n  b: {<<: *a}\n",
    "lends one value, not itself":
      "services:\n  a: {image: a, environment: &e {A: 1}}\n  b: {image: b, command: b, environment: *e}\n",
    "takes its keys from the top, as others do":
      "x-app: &app {image: a}\nservices:\n  a: {<<: *app}\n  b: {<<: *app, command: b}\n",
  };
  for (const [title, text] of Object.entries(running)) {
    it(`is not reported where it ${title}`, () => {
      expect(notes(text)).to.deep.equal([]);
    });
  }
});

describe("the same build in several services", () => {
  const same = (names: string, first: string, image: string, where: string) =>
    `the build of ${names} is the same as that of "${first}", but each is built and pushed; write "image: ${image}" in ${where}, so that one build is enough`;

  it("is reported once for all services that have it, also for a release task", () => {
    const text = `services:
  web: {build: .}
  worker: {build: {context: ., dockerfile: Dockerfile}}
  proxy: {build: ./proxy}
  migrate: {build: ., profiles: [release]}
`;
    expect(notes(text)).to.deep.equal([`3:12: ${same('"worker", "migrate"', "web", "web", "each")}`]);
  });

  it("is reported with the image that the first one names", () => {
    const text = `services:
  web: {build: ., image: "acme/web:$IMAGE_TAG"}
  worker: {build: ., image: acme/worker}
`;
    expect(notes(text)).to.deep.equal([`3:29: ${same('"worker"', "web", "acme/web:$IMAGE_TAG", '"worker", too')}`]);
  });

  it("is not reported with one image, another target, or other arguments", () => {
    const text = `services:
  web: {build: ., image: shop}
  worker: {build: ., image: shop}
  cron: {build: {context: ., target: cron}}
  api: {build: {context: ., args: {A: 1}}}
`;
    expect(notes(text)).to.deep.equal([]);
  });
});
