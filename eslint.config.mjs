import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** Imports that a layer must not make; the layers are described in CONTRIBUTING.md. */
const never = (files, patterns, paths = []) => ({
  files: [files],
  rules: { "no-restricted-imports": ["error", { paths, patterns }] },
});
const layer = (name) => ({ regex: `(^|/)${name}/`, message: `this layer does not import ${name}/` });
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
  never("compose/**/*.ts", [pulumi, awsSdk, layer("components"), layer("scripts"), layer("rehearsal")], processes),
  never("components/**/*.ts", [awsSdk, layer("scripts"), layer("rehearsal")], processes),
  never("{,settings/}*.ts", [awsSdk, layer("scripts"), layer("rehearsal")], processes),
  never("policy/**/*.ts", [awsSdk, layer("components"), layer("scripts"), layer("rehearsal")], processes),
  never("scripts/**/*.ts", [layer("rehearsal")]),
  { files: ["**/*.{cjs,mjs}"], ...tseslint.configs.disableTypeChecked },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs" },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  { files: ["*.mjs"], rules: { "no-restricted-syntax": "off" } },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
);
