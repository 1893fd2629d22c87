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
  const inRooms = forbidden((below === "**" && rooms[folder]) || []).flatMap(({ room, others }) =>
    others.length === 0
      ? []
      : ["*", "*/**/*"].map((glob, depth) => {
          const regex = `^${"\\.\\./".repeat(depth + 1)}(${others.join("|")})/`;
          const message = `${folder}/${room} does not import a room that stands beside or behind it in tools/rooms.ts`;
          return rule(`${folder}/${room}/${glob}.ts`, [{ regex, message }]);
        }),
  );
  return [rule(files), ...inRooms];
};
const layer = (name) => ({ regex: `(^|/)${name}/`, message: `this layer does not import ${name}/` });
/** From a file of any depth, or of one where another folder has that name: `scripts/` and `test/` have it, too. */
const frontDoor = (up = "(\\.\\.?/)+") => ({
  regex: `^${up}compose/(?!index\\.ts$)`,
  message: "compose/ has one front door: compose/index.ts",
});
const above = (depth) => "\\.\\./".repeat(depth);
const pulumi = { regex: "^@pulumi/", message: "this layer knows no Pulumi" };
const awsSdk = { regex: "^@aws-sdk/", message: "this layer makes no AWS call of its own" };
const processes = ["node:child_process", "child_process"].map((name) => ({ name, message: "this layer runs nothing" }));

export default tseslint.config(
  { ignores: ["node_modules", ".tools", ".rehearsal", "app", "examples/*/"] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-restricted-syntax": ["error", { selector: "ExportDefaultDeclaration", message: "no default exports" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  ...never("compose/**/*.ts", [pulumi, awsSdk, layer("components"), layer("scripts"), layer("rehearsal")], processes),
  ...never("components/**/*.ts", [awsSdk, layer("scripts"), layer("rehearsal"), frontDoor()], processes),
  ...never("{*,settings/*}.ts", [awsSdk, layer("scripts"), layer("rehearsal"), frontDoor()], processes),
  ...never(
    "policy/**/*.ts",
    [awsSdk, layer("components"), layer("scripts"), layer("rehearsal"), frontDoor()],
    processes,
  ),
  ...never("build/**/*.ts", [pulumi, awsSdk, layer("components"), layer("scripts"), layer("rehearsal"), frontDoor()]),
  ...never("scripts/**/*.ts", [layer("rehearsal"), layer("tools"), frontDoor(above(2))]),
  ...never("scripts/*.ts", [layer("rehearsal"), layer("tools"), frontDoor(above(1))]),
  ...never("{bench,examples,rehearsal,tools}/**/*.ts", [frontDoor()]),
  // test/compose/ alone looks behind the door; a test so deep may import from it.
  ...["*", "*/*", "*/*/*"].flatMap((glob, depth) =>
    never(`test/${glob}.ts`, [frontDoor(above(depth + 1))]).map((rule) => ({ ...rule, ignores: ["test/compose/**"] })),
  ),
  { files: ["**/*.{cjs,mjs}"], ...tseslint.configs.disableTypeChecked },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs" },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  { files: ["*.mjs"], rules: { "no-restricted-syntax": "off" } },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
);
