import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { stringify } from "yaml";
import { changedKeys, type Container } from "../../../compose/index.ts";
import { applicationOf, taskOf } from "../support.ts";

const declared = `secrets: {token: {environment: DATABASE_URL}}
configs:
  text: {content: "level = $LOG_LEVEL\\n"}
  url: {content: "url: $DATABASE_URL, pool: 5"}
  level: {environment: LOG_LEVEL}
  file: {file: shop.env}
  empty: {content: "$EMPTY"}
`;

/** A container without its size, its fingerprint, and what all containers have. */
const without = (container: Container): Partial<Container> =>
  Object.fromEntries(Object.entries(container).filter(([key]) => key !== "fingerprint" && key !== "size"));

const plain = { environment: {}, secrets: {}, ports: [], dependsOn: [], readOnlyRoot: false, init: false, mounts: [] };

describe("files of a container", () => {
  it("are written by a container of the same task, which ends before theirs starts", () => {
    const { containers, volumes } = taskOf(
      `services: {web: {image: web:1, secrets: [token], configs: [{source: text, target: /etc/app/text}]}}\n${declared}`,
    );
    expect([containers.map(without), volumes]).to.deep.equal([
      [
        {
          ...plain,
          name: "web",
          image: { reference: "web:1" },
          dependsOn: [{ container: "web-files", condition: "SUCCESS" }],
          mounts: [
            { volume: "web-files", path: "/etc/app", readOnly: true },
            { volume: "web-files-2", path: "/run/secrets", readOnly: true },
          ],
          files: [
            {
              kind: "config",
              name: "text",
              path: "/etc/app/text",
              mode: "0444",
              owner: "0:0",
              parts: [{ text: "level = info\n" }],
            },
            {
              kind: "secret",
              name: "token",
              path: "/run/secrets/token",
              mode: "0444",
              owner: "0:0",
              parts: [{ variable: "DATABASE_URL" }],
            },
          ],
        },
        {
          ...plain,
          name: "web-files",
          image: { reference: "public.ecr.aws/docker/library/busybox:1.37.0" },
          entryPoint: ["/bin/sh", "-ec"],
          command: [
            [
              `printf %s "$PART_1" >'/etc/app/text'\nchown 0:0 '/etc/app/text'\nchmod 0444 '/etc/app/text'`,
              `printf %s "$PART_2" >'/run/secrets/token'\nchown 0:0 '/run/secrets/token'\nchmod 0444 '/run/secrets/token'`,
            ].join("\n"),
          ],
          user: "0:0",
          readOnlyRoot: true,
          environment: { PART_1: "level = info\n" },
          secrets: { PART_2: "DATABASE_URL" },
          mounts: [
            { volume: "web-files", path: "/etc/app", readOnly: false },
            { volume: "web-files-2", path: "/run/secrets", readOnly: false },
          ],
        },
      ],
      ["web-files", "web-files-2"],
    ]);
  });

  it("hold a variable, a file of the commit, no text, or a text with secrets in it", () => {
    const configs = ["level", "file", "empty", "url"].map(
      (source) => `{source: ${source}, target: /etc/app/${source}}`,
    );
    const { containers } = taskOf(`services: {web: {image: x, configs: [${configs.join()}]}}\n${declared}`);
    const [web, writer] = containers;
    expect(web?.files?.map(({ name, parts }) => [name, parts])).to.deep.equal([
      ["empty", []],
      ["file", [{ text: "FROM_FILE=1\n" }]],
      ["level", [{ text: "info" }]],
      ["url", [{ text: "url: " }, { variable: "DATABASE_URL" }, { text: ", pool: 5" }]],
    ]);
    expect([writer?.environment, writer?.secrets]).to.deep.equal([
      { PART_1: "FROM_FILE=1\n", PART_2: "info", PART_3: "url: ", PART_5: ", pool: 5" },
      { PART_4: "DATABASE_URL" },
    ]);
  });

  it("have the owner and mode that the file gives, and may be in a folder inside the mounted one", () => {
    const more = `{source: token, target: keys/a, uid: "103", gid: "104", mode: 0400}`;
    const [web, writer] = taskOf(`services: {web: {image: x, secrets: [token, ${more}]}}\n${declared}`).containers;
    expect([web?.mounts, writer?.command]).to.deep.equal([
      [{ volume: "web-files", path: "/run/secrets", readOnly: true }],
      [
        [
          `mkdir -p '/run/secrets/keys'`,
          `printf %s "$PART_1" >'/run/secrets/keys/a'\nchown 103:104 '/run/secrets/keys/a'\nchmod 0400 '/run/secrets/keys/a'`,
          `printf %s "$PART_2" >'/run/secrets/token'\nchown 0:0 '/run/secrets/token'\nchmod 0444 '/run/secrets/token'`,
        ].join("\n"),
      ],
    ]);
  });

  it("are written for each service separately, in its ECS service or its release task, by the image that it names", () => {
    const { services, release, releaseFiles, policy } = applicationOf(`services:
  web: {image: web:1, secrets: [token], deploy: {replicas: 3}}
  worker: {image: web:1, secrets: [token], x-ecs: {service: jobs, files_image: "box:1"}, deploy: {replicas: 2}}
  migrate: {image: web:1, secrets: [token], profiles: [release], x-ecs: {files_image: "box:1"}}
  lint: {image: web:1, secrets: [token], profiles: [test]}
${declared}`);
    const shown = ({ name, image, dependsOn }: Container) => [name, image, dependsOn.map(({ container }) => container)];
    expect(services.map(({ name, replicas, containers }) => [name, replicas, containers.map(shown)])).to.deep.equal([
      [
        "",
        3,
        [
          ["web", { reference: "web:1" }, ["web-files"]],
          ["web-files", { reference: "public.ecr.aws/docker/library/busybox:1.37.0" }, []],
        ],
      ],
      [
        "jobs",
        2,
        [
          ["worker", { reference: "web:1" }, ["worker-files"]],
          ["worker-files", { reference: "box:1" }, []],
        ],
      ],
    ]);
    expect([
      release.map(shown),
      Object.entries(releaseFiles).map(([name, one]) => [name, shown(one)]),
      policy,
    ]).to.deep.equal([
      [["migrate", { reference: "web:1" }, ["migrate-files"]]],
      [["migrate", ["migrate-files", { reference: "box:1" }, []]]],
      [],
    ]);
  });

  it("are the same if the file has another order", () => {
    const file = (secrets: string, top: string) =>
      fingerprints(
        `services: {web: {image: x, configs: [{source: text, target: /etc/app/text}], secrets: [${secrets}]}}\n${top}`,
      );
    const other = `configs: {text: {content: "level = info\\n"}}\nsecrets: {token: {environment: DATABASE_URL}}\n`;
    expect(file("token, {source: token, target: other}", declared)).to.deep.equal(
      file(`{target: other, source: token, mode: 0444}, token`, other),
    );
  });

  it("are named by their key when they change, also those of a release task", () => {
    const file = (content: string) =>
      `services: {web: {image: x, configs: &c [{source: c, target: /etc/app/c}]}, migrate: {image: x, configs: *c, profiles: [release]}}\nconfigs: {c: {content: ${content}}}\n`;
    expect(changedKeys(fingerprints(file("a")), fingerprints(file("b")))).to.deep.equal([
      "migrate: configs, files",
      "web: configs",
      "web-files: environment",
    ]);
  });

  it("have exactly the given content, for any content and any name", () => {
    const folder = mkdtempSync(join(tmpdir(), "files-"));
    const texts = fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replace(/[\0\uFFFD]/g, "."));
    const names = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 });
    const fileName = names.map((name) => `a${name.replace(/[/\0]/g, "_")}`);
    try {
      fc.assert(
        fc.property(fc.dictionary(fileName, texts, { minKeys: 1, maxKeys: 4 }), (files) => {
          written(folder, files);
        }),
        { numRuns: 25 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** The fingerprints of all containers of a Compose text, which `up` and builds compare. */
function fingerprints(text: string) {
  const { services, release } = applicationOf(text);
  const containers = [...services.flatMap((task) => task.containers), ...release];
  return Object.fromEntries(containers.map(({ name, fingerprint }) => [name, fingerprint]));
}

/** Runs the writer's own command so that it writes files below the folder, as on ECS, and reads them. */
function written(folder: string, files: Readonly<Record<string, string>>): void {
  const me = [process.getuid?.() ?? 0, process.getgid?.() ?? 0].map(String);
  const doubled = (text: string) => text.replaceAll("$", () => "$$");
  const entries = Object.entries(files).map(([name, text], index) => ({
    key: `c${index}`,
    path: join(folder, name),
    text,
  }));
  const mounts = entries.map(({ key, path }) => ({ source: key, target: doubled(path), uid: me[0], gid: me[1] }));
  const compose = stringify({
    services: { web: { image: "x", configs: mounts } },
    configs: Object.fromEntries(entries.map(({ key, text }) => [key, { content: doubled(text) }])),
  });
  const writer = taskOf(compose).containers.find(({ name }) => name === "web-files");
  const [shell = "", ...flags] = writer?.entryPoint ?? [];
  const { status, stderr } = spawnSync(shell, [...flags, ...(writer?.command ?? [])], {
    env: { PATH: process.env["PATH"], ...writer?.environment },
    encoding: "utf8",
  });
  expect([status, stderr]).to.deep.equal([0, ""]);
  for (const { path, text } of entries) {
    expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777, dirname(path)]).to.deep.equal([
      text,
      0o444,
      folder,
    ]);
    chmodSync(path, 0o600);
    rmSync(path);
  }
}
