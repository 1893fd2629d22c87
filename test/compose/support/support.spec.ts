import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { describe, it } from "mocha";
import { fileShape } from "../../../compose/shape/file-shape.ts";
import type { Shape } from "../../../compose/shape/shape.ts";
import { levels } from "../../../compose/support/support.ts";
import { readApplication } from "../../../compose/index.ts";
import type { Level } from "../../../compose/support/classify.ts";

/** As much of JSON Schema as the specification uses. */
interface Schema {
  readonly $ref?: string;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const dclint = dirname(fileURLToPath(import.meta.resolve("dclint/package.json")));
const specification = JSON.parse(readFileSync(join(dclint, "schemas/compose.schema.json"), "utf8")) as Schema;

/** The keys at each place of the specification's schema, by path. */
function keysOf(schema: Schema, path: string, found: Map<string, Set<string>>): void {
  const { properties, patternProperties = {}, additionalProperties, items } = resolved(schema);
  for (const one of [...(resolved(schema).oneOf ?? []), ...(resolved(schema).anyOf ?? [])]) keysOf(one, path, found);
  for (const [key, inner] of Object.entries(properties ?? {})) {
    found.set(path, (found.get(path) ?? new Set()).add(key));
    keysOf(inner, path === "" ? key : `${path}.${key}`, found);
  }
  for (const [pattern, inner] of Object.entries(patternProperties))
    if (pattern !== "^x-") keysOf(inner, `${path}.*`, found);
  if (typeof additionalProperties === "object") keysOf(additionalProperties, `${path}.*`, found);
  if (items !== undefined) keysOf(items, path, found);
}

function resolved(schema: Schema): Schema {
  const name = schema.$ref?.replace(/^.*\//, "");
  return name === undefined ? schema : (specification.definitions?.[name] ?? {});
}

/** The same for what is read here, which has a few keys that the schema does not have yet. */
function readKeys(shape: Shape, path: string, found: Map<string, Set<string>>): void {
  if (shape.is === "list") readKeys(shape.of, path, found);
  if (shape.is === "named") readKeys(shape.of, `${path}.*`, found);
  if (shape.is !== "mapping") return;
  for (const [key, inner] of Object.entries(shape.keys)) {
    found.set(path, (found.get(path) ?? new Set()).add(key));
    readKeys(inner, path === "" ? key : `${path}.${key}`, found);
  }
}

/** The places whose keys are classified: those below a key that is translated or partly so. */
function classified(level: Level, path: string): readonly (readonly [string, Level])[] {
  const below = Object.entries(level.below ?? {}).flatMap(([key, inner]) =>
    classified(inner, path === "" ? key : `${path}.${key}`),
  );
  const named = Object.entries(level.named ?? {}).flatMap(([key, inner]) =>
    classified(inner, `${path === "" ? key : `${path}.${key}`}.*`),
  );
  return [[path, level], ...below, ...named];
}

describe("every key of the Compose Specification", () => {
  const inSchema = new Map<string, Set<string>>();
  keysOf(specification, "", inSchema);
  const known = new Map(Array.from(inSchema, ([path, keys]) => [path, new Set(keys)] as const));
  readKeys(fileShape, "", known);
  const places = classified(levels, "");

  it("is translated, ignored or rejected with a reason: none is missing, and none is invented", () => {
    const actual = places.map(([path, { keys }]) => [path, Object.keys(keys).toSorted()] as const);
    const wanted = places.map(([path]) => [path, [...(known.get(path) ?? [])].toSorted()] as const);
    expect(actual).to.deep.equal(wanted);
    expect(inSchema.get("services.*")?.size).to.equal(92);
  });

  it("has its own keys classified wherever it is translated and has keys", () => {
    const paths = new Set(places.map(([path]) => path));
    const open = [...known.keys()].filter((path) => {
      const parent = places.find(
        ([place]) => path.startsWith(place === "" ? "" : `${place}.`) && depth(path, place) === 1,
      );
      const key = path.replace(/\.\*$/, "").replace(/^.*\./, "");
      return typeof parent?.[1].keys[key] === "string" && !paths.has(path);
    });
    // They are gone once the files are read.
    expect(open.toSorted()).to.deep.equal(["include", "services.*.extends"]);
  });

  it("gives a reason that reads as a clause, without a full stop", () => {
    const reasons = places.flatMap(([, { keys }]) =>
      Object.values(keys).map((fate) => (typeof fate === "string" ? fate : Object.values(fate).join("; "))),
    );
    expect(
      reasons.filter((reason) => reason === "" || reason.endsWith(".") || reason.includes("not translated yet")),
    ).to.deep.equal([]);
  });
});

/** The number of keys between a place and a path below it, without names that the user chooses. */
function depth(path: string, place: string): number {
  const rest = path.slice(place === "" ? 0 : place.length + 1);
  return rest.split(".").filter((part) => part !== "*").length;
}

describe("a key that changes nothing on ECS", () => {
  const text = `version: "3"
services:
  web: {image: a, container_name: xx, networks: [back], ports: [{target: 80, mode: host}, "81:80"], pull_policy: always}
  worker: {image: b, container_name: yy, networks: {back: {priority: 1}}}
  people: {image: c, profiles: [tools], attach: false, privileged: true}
networks: {back: {driver: bridge}}
`;
  it("is reported once, with its first place, even if many services have it", () => {
    const { file } = readApplication({
      files: ["shop.yml"],
      variables: {},
      readFile: () => text.replace(', "81:80"', ""),
    });
    expect(file.ignored.map(({ key, at, reason }) => [key, `${at.line}:${at.column}`, reason])).to.deep.equal([
      [
        "networks",
        "6:1",
        "the containers of a task share one network, and every ECS service of the environment may reach another's exposed ports",
      ],
      ["services.*.container_name", "3:19", "the container is named after its service"],
      [
        "services.*.networks",
        "3:39",
        "the containers of a task share one network, and every ECS service of the environment may reach another's exposed ports",
      ],
      ["services.*.ports.mode", "3:78", "it is for Swarm"],
      ["services.*.pull_policy", "3:92", "Fargate pulls the image for every task"],
      ["version", "1:1", "Compose itself ignores it"],
    ]);
  });
});
