import { ComposeError } from "../../compose/index.ts";
import type { DeclaredParameters } from "../pulumi/declared-parameters.ts";
import { thisDesk } from "../verb/desk.ts";
import { diffParameters, lineOfParameter, linesOfDifference, listParameters, namesIfUp } from "./list.ts";
import { prepareImport, prepareSet, setParameter } from "./put.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import type { Clients, Surroundings } from "../verb/surroundings.ts";
import { common, confirm, verb, type Values } from "../verb/verb.ts";

const options = {
  stack: common.stack,
  plain: { type: "boolean", help: "set, import: readable values, as String (default: SecureString)" },
  edit: { type: "boolean", help: "set: write the value in EDITOR" },
  json: { type: "boolean", help: "list, diff: print JSON" },
  "dry-run": common["dry-run"],
  yes: { type: "boolean", help: "import: do not ask" },
} as const;

/** Lists, writes and compares the parameters of an environment; never prints a value. */
export const parametersVerb = verb({
  help: "list, set, compare or import what the containers read from Parameter Store",
  options,
  positionals: { usage: "list|diff|set NAME|import FILE", most: 2 },
  run: async (values, around, { words: [name = "", operand] }) => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw new UsageError("parameters: give list, diff, set NAME or import FILE");
    const [first] = Object.keys(values).filter((option) => option !== "stack" && !action.options.includes(option));
    if (first !== undefined) throw new UsageError(`parameters ${name}: it takes no --${first}`);
    if ((operand !== undefined) !== action.operand) {
      throw new UsageError(
        `parameters ${name}: it takes ${action.operand ? "one more argument" : "no more arguments"}`,
      );
    }
    if (values.stack === undefined) throw new UsageError("parameters: give --stack");
    const declared = await around.project.declared(values.stack);
    return await action.run({ values, around, declared, clients: around.clients(declared.region) }, operand ?? "");
  },
});

interface Context {
  readonly values: Values<typeof options>;
  readonly around: Surroundings;
  readonly declared: DeclaredParameters;
  readonly clients: Clients;
}

interface Action {
  readonly options: readonly string[];
  /** Whether it takes an argument. */
  readonly operand: boolean;
  readonly run: (context: Context, operand: string) => Promise<number>;
}

const actions: Readonly<Record<string, Action | undefined>> = {
  list: { options: ["json"], operand: false, run: list },
  diff: { options: ["json"], operand: false, run: diff },
  set: { options: ["plain", "edit", "dry-run"], operand: true, run: set },
  import: { options: ["plain", "dry-run", "yes"], operand: true, run: importFile },
};

async function list({ values, around, declared, clients }: Context): Promise<number> {
  const names = await namesIfUp(() => around.locate(declared.stack));
  for (const one of await listParameters(declared, names, clients)) {
    around.say(values.json === true ? JSON.stringify(one) : lineOfParameter(one));
  }
  return 0;
}

async function diff({ values, around, declared, clients }: Context): Promise<number> {
  const found = await diffParameters(declared, clients);
  const lines = linesOfDifference(found, declared);
  if (values.json === true) around.say(JSON.stringify(found));
  else for (const line of lines) around.say(line);
  return found.missing.length + found.wrongType.length > 0 ? 3 : 0;
}

async function set({ values, around, declared, clients }: Context, given: string): Promise<number> {
  const prepared = await prepareSet(declared, clients, { given, plain: values.plain === true });
  const { target, there } = prepared;
  const before = there === undefined ? "new" : `after version ${there.version}`;
  if (values["dry-run"] === true) {
    around.say(`${target.name}: would be put as ${target.type}, ${before}`);
    return 0;
  }
  const desk = around.desk ?? thisDesk;
  const text = values.edit === true ? await desk.editSecret() : await desk.readSecret(`${target.name}: `);
  // The newline that an editor or `echo` adds at the end does not belong to the value.
  const version = await setParameter(clients, prepared, text.replace(/\r?\n$/, ""));
  around.say(`${target.name}: ${target.type}, version ${version}`);
  for (const line of [...undeclared(declared, [target.variable]), whenItArrives(declared)]) around.warn(line);
  return 0;
}

async function importFile({ values, around, declared, clients }: Context, file: string): Promise<number> {
  const text = await (around.desk ?? thisDesk).readFile(file).catch(() => {
    throw new Refusal(`${file}: it cannot be read; give the path of an env file`);
  });
  const prepared = await prepareImport(declared, clients, { file, text, plain: values.plain === true }).catch(
    (error: unknown) => {
      if (error instanceof ComposeError) throw new Refusal(`${error.message}\nnothing was done`);
      throw error;
    },
  );
  const { added, changed, same } = prepared;
  for (const [what, some] of [
    ["new", added],
    ["changed", changed],
    ["same", same],
  ] as const) {
    if (some.length > 0) around.say(`${what}: ${some.join(", ")}`);
  }
  const wanted = [...added, ...changed];
  for (const line of undeclared(declared, wanted)) around.warn(line);
  if (values["dry-run"] === true || wanted.length === 0) return 0;
  await confirm("import", values, around);
  const left = new Set(wanted);
  try {
    for await (const variable of prepared.put()) left.delete(variable);
  } catch (error) {
    around.warn(`not put: ${[...left].join(", ")}; run it again when this is corrected:`);
    throw error;
  }
  around.say(`${wanted.length} parameter(s) put`);
  around.warn(whenItArrives(declared));
  return 0;
}

/** A warning about variables that no container reads, since the stack does not declare them. */
function undeclared({ stack, variables }: DeclaredParameters, some: readonly string[]): readonly string[] {
  const unknown = some.filter((variable) => !Object.hasOwn(variables, variable));
  if (unknown.length === 0) return [];
  return [
    `not declared in Pulumi.${stack}.yaml, so no container reads it: ${unknown.join(", ")}; add it to parameters`,
  ];
}

const whenItArrives = ({ stack, rolledOut }: DeclaredParameters): string =>
  rolledOut
    ? `containers read it when they start: \`pulumi up --stack ${stack}\` rolls it out`
    : "containers read it when they start: deployParameterChanges is false, so restart the tasks yourself";
