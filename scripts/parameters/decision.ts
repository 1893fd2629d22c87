import type { ParameterType } from "@aws-sdk/client-ssm";
import type { DeclaredParameter, DeclaredParameters } from "../pulumi/declared-parameters.ts";
import type { ParameterView } from "./view.ts";
import { Refusal } from "../kit/refusal.ts";
import { stackFileName } from "../kit/stack-file-name.ts";

/** A parameter that a person may write. */
export interface Target {
  readonly variable: string;
  readonly name: string;
  readonly type: ParameterType;
}

/** The parameter of a variable, or with a name below the environment's path; refuses one that people may not write. */
export function targetOf(declared: DeclaredParameters, given: string, type: ParameterType): Target {
  const { path, stack, variables } = declared;
  const variable = given.startsWith(`${path}/`) ? given.slice(path.length + 1) : given;
  if (given.startsWith("/") && variable === given) {
    throw new Refusal(`${given}: it is not below ${path}; choose a name below it, or the --stack that it belongs to`);
  }
  if (!/^[A-Za-z_]\w*$/.test(variable)) {
    throw new Refusal(`${given}: this is not the name of a Compose variable; use letters, digits and _`);
  }
  const from = variables[variable]?.from ?? "person";
  if (from === "elsewhere") {
    throw new Refusal(
      `${variable}: ${stackFileName(stack)} reads it from ${variables[variable]?.name ?? ""}; put it there`,
    );
  }
  if (from === "store") throw new Refusal(`${variable}: \`up\` writes it, with the database or cache that it creates`);
  if (from !== "person") {
    const secret = from === "secrets" ? "--secret " : "";
    throw new Refusal(`${variable}: \`up\` writes it; run \`pulumi config set ${secret}${from}:${variable}\``);
  }
  return { variable, name: `${path}/${variable}`, type };
}

/** Refuses to write a parameter that exists with another type. */
export function checkType({ name, type }: Target, there: ParameterView | undefined): void {
  if (there === undefined || there.type === type) return;
  const plain = there.type === "String" ? "give --plain, or " : "";
  throw new Refusal(
    `${name}: it is a ${there.type}, and Parameter Store cannot change a parameter's type; ${plain}delete it first: \`aws ssm delete-parameter --name ${name}\``,
  );
}

/** Refuses an empty value, and one that is too long (Systems Manager, quotas: 4 KB of a standard parameter). */
export function checkValue({ name }: Pick<Target, "name">, value: string): void {
  if (value === "") throw new Refusal(`${name}: the value is empty; give one`);
  const bytes = Buffer.byteLength(value);
  if (bytes > 4096) throw new Refusal(`${name}: the value has ${bytes} bytes; Parameter Store takes at most 4096`);
}

/** The differences between the existing parameters and those that the stack declares. */
export interface ParameterDifference {
  /** Declared and not created by `up`, but missing: `up` refuses. */
  readonly missing: readonly { readonly variable: string; readonly name: string }[];
  /** Exists below the environment's path, but is not declared. */
  readonly unused: readonly string[];
  /** Exists with another type than `up` creates, or as a StringList. */
  readonly wrongType: readonly { readonly name: string; readonly type: string; readonly wanted: string }[];
}

/** Compares the parameters that a stack declares with those that exist. */
export function differenceOf({ variables }: DeclaredParameters, there: readonly ParameterView[]): ParameterDifference {
  const declared = Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const found = new Map(there.map((one) => [one.name, one]));
  const used = new Set(declared.map(([, { name }]) => name));
  return {
    missing: declared
      .filter(([, { name, from }]) => !found.has(name) && (from === "person" || from === "elsewhere"))
      .map(([variable, { name }]) => ({ variable, name })),
    unused: there.map(({ name }) => name).filter((name) => !used.has(name)),
    wrongType: declared.flatMap(([, { name, from }]) => {
      const type = found.get(name)?.type;
      const allowed = typesOf[from];
      return type === undefined || allowed.includes(type) ? [] : [{ name, type, wanted: allowed.join(" or ") }];
    }),
  };
}

const typesOf: Readonly<Record<DeclaredParameter["from"], readonly string[]>> = {
  settings: ["String"],
  secrets: ["SecureString"],
  store: ["SecureString"],
  person: ["SecureString", "String"],
  elsewhere: ["SecureString", "String"],
};
