import eslint from "@eslint/js";
import tseslint from "typescript-eslint";
import { forbidden, rooms } from "./tools/rooms.ts";

/** Imports that a layer must not make, in its rooms as well; the layers are described in CONTRIBUTING.md. */
const never = (files, patterns, paths = []) => {
  const rule = (glob, more = []) => ({
    files: [glob],
    rules: { "no-restricted-imports": ["error", { paths, patterns: [...patterns, ...more] }] },
  });
  const [folder = "", below] = files.split("/");
  const rows = below === "**" ? inRooms(folder) : [];
  return [rule(files), ...rows.map(({ glob, banned }) => rule(glob, banned))];
};
/** What the files of each room must not import, and those of the rooms in it; `outer` bans the same to all of them. */
const inRooms = (folder, outer = () => []) =>
  forbidden(rooms[folder] ?? []).flatMap(({ room, others }) => {
    const banned = (depth) => {
      const regex = `^${"\\.\\./".repeat(depth + 1)}(${others.join("|")})/`;
      const message = `${folder}/${room} does not import a room that stands beside or behind it in tools/rooms.ts`;
      return [...outer(depth + 1), ...(others.length === 0 ? [] : [{ regex, message }])];
    };
    return [
      { glob: `${folder}/${room}/*.ts`, banned: banned(0) },
      { glob: `${folder}/${room}/*/**/*.ts`, banned: banned(1) },
      ...inRooms(`${folder}/${room}`, banned),
    ];
  });
const layer = (name) => ({ regex: `(^|/)${name}/`, message: `this layer does not import ${name}/` });
/** As `layer`, for a package with rooms of such names: from its first folder at least. */
const outside = (name) => ({ regex: `^(\\.\\./)+${name}/`, message: `this package does not import ${name}/` });
/** From a file of any depth, or of one where another folder has that name: `scripts/` and `test/` have it, too. */
const frontDoor = (name = "compose", up = "(\\.\\.?/)+") => ({
  regex: `^${up}${name}/(?!index\\.ts$)`,
  message: `${name}/ has one front door: ${name}/index.ts`,
});
const above = (depth) => "\\.\\./".repeat(depth);
/** The local cloud, and what only uses it. */
const locally = ["local-cloud", "rehearsal"].map(layer);
/** The door of components/ for everything but the program: it loads neither Pulumi's engine nor the AWS provider. */
const plainDoor = {
  regex: "^(\\.\\./)+components/(?!plain\\.ts$)",
  message: "outside the program, components/ has one door: components/plain.ts",
};
/** The door of build/ for verbs: pure decisions about a release, which its steps make as well. */
const verdicts = {
  regex: "^(\\.\\./)+build/(?!verdict/)",
  message: "scripts/ imports only build/verdict/: it is pure, and decides for the steps of a release and for verbs",
};
/** Packages and layers, but for one that uses none of them. */
const others = (self) =>
  [
    ...["compose", "settings", "components", "policy", "build", "scripts", "local-cloud", "rehearsal", "bench"],
    ...["tools", "test", "testing"],
  ].filter((name) => name !== self);
/** The door of scripts/ for a rehearsal: its package finds the verbs as compose-ecs-pipeline/for-rehearsal. */
const verbsDoor = {
  regex: "^(\\.\\./)+scripts/(?!for-rehearsal\\.ts$)",
  message: "rehearsal/ imports of scripts/ only scripts/for-rehearsal.ts",
};
const testRunners = { regex: "^(chai|mocha|vitest)$", message: "testing/ works with every test runner" };
const pulumi = { regex: "^@pulumi/", message: "this layer knows no Pulumi" };
const awsSdk = { regex: "^@aws-sdk/", message: "this layer makes no AWS call of its own" };
const processes = ["node:child_process", "child_process"].map((name) => ({ name, message: "this layer runs nothing" }));

const noDefault = { selector: "ExportDefaultDeclaration", message: "no default exports" };
const noLiteral = {
  selector: "SpreadElement > ObjectExpression",
  message: "write these properties into the object itself",
};
/** A component gets each thing by its name: TypeScript does not notice an optional setting in a bag that was renamed. */
const noBag = {
  selector: "SpreadElement > Identifier[name=/^(settings|args)$/]",
  message: "give each setting by its name",
};

export default tseslint.config(
  { ignores: ["node_modules", "**/dist", ".tools", ".rehearsal", "app", "examples/*/"] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-restricted-syntax": ["error", noDefault, noLiteral],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  ...never("compose/**/*.ts", [pulumi, awsSdk, layer("components"), layer("scripts"), ...locally], processes),
  ...never("components/**/*.ts", [awsSdk, layer("scripts"), ...locally, frontDoor()], processes),
  ...never("{*,settings/*}.ts", [awsSdk, layer("scripts"), ...locally, frontDoor()], processes),
  // Verbs and tools read the table of keys without Pulumi's engine.
  ...never(
    "settings/{table,table/*}.ts",
    [pulumi, awsSdk, ...["components", "compose", "scripts"].map(layer), ...locally],
    processes,
  ),
  ...never("policy/**/*.ts", [awsSdk, layer("components"), layer("scripts"), ...locally, frontDoor()], processes),
  ...never("build/**/*.ts", [pulumi, layer("components"), layer("scripts"), ...locally, frontDoor()]),
  ...never("scripts/**/*.ts", [...locally, layer("tools"), frontDoor("compose", above(2)), plainDoor, verdicts]),
  ...never("scripts/*.ts", [...locally, layer("tools"), frontDoor("compose", above(1)), plainDoor, verdicts]),
  ...never("testing/**/*.ts", [awsSdk, testRunners, ...others("testing").map(outside)]),
  ...never("local-cloud/**/*.ts", others("local-cloud").map(outside)),
  ...never("{bench,tools}/**/*.ts", [frontDoor(), frontDoor("local-cloud"), frontDoor("testing"), plainDoor]),
  ...never("rehearsal/**/*.ts", [frontDoor(), frontDoor("local-cloud"), frontDoor("testing"), plainDoor, verbsDoor]),
  ...never("examples/**/*.ts", [frontDoor(), frontDoor("components"), frontDoor("testing")]),
  // test/compose/ alone looks behind the door; a test so deep may import from it.
  ...["*", "*/*", "*/*/*"].flatMap((glob, depth) =>
    never(`test/${glob}.ts`, [frontDoor("compose", above(depth + 1))]).map((rule) => ({
      ...rule,
      ignores: ["test/compose/**"],
    })),
  ),
  {
    files: ["index.ts", "components/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", noDefault, noLiteral, noBag] },
  },
  { files: ["**/*.{cjs,mjs}"], ...tseslint.configs.disableTypeChecked },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs" },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  { files: ["*.mjs"], rules: { "no-restricted-syntax": "off" } },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
);
