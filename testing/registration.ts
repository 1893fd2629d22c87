/** One resource as the program registers it: its inputs in plain, which of them are secret, and its options. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** Inputs with secrets unwrapped; what was secret is in `secrets`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that are secret, such as `environment[0].value`. */
  readonly secrets: readonly string[];
  /** The options that are set, and no others. */
  readonly options: RegistrationOptions;
  /** `Type name` of the resources it waits for, sorted. */
  readonly dependencies: readonly string[];
}

/** Resource options in the form they reach the engine. */
export interface RegistrationOptions {
  /** `Type name` of the parent, such as `EcsService shop-staging`. */
  readonly parent?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  /** URN or name it had once, or `in Type name` of the parent it had. */
  readonly aliases?: readonly string[];
}

/** The part of the engine's protocol that this recorder reads. */
export interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getAliasesList(): { getUrn(): string; getSpec(): AliasSpec | undefined }[];
  getDependenciesList(): string[];
}

interface AliasSpec {
  getName(): string;
  getParenturn(): string;
}

/** A request of the engine's protocol as a registration. */
export function registrationOf(request: Request): Registration {
  const secrets: string[] = [];
  const inputs = plain(request.getObject()?.toJavaScript() ?? {}, "", secrets) as Record<string, unknown>;
  return {
    type: request.getType(),
    name: request.getName(),
    inputs,
    secrets: secrets.toSorted(),
    options: optionsOf(request),
    dependencies: [...new Set(request.getDependenciesList().map(titleOfUrn))].toSorted(),
  };
}

function optionsOf(request: Request): RegistrationOptions {
  // An alias of only a type is the SDK's own: a resource that AWS's provider once called otherwise.
  const aliases = request.getAliasesList().map((alias) => alias.getUrn() || formerly(request, alias.getSpec()));
  return {
    ...(request.getParent() !== "" && { parent: titleOfUrn(request.getParent()) }),
    ...(request.getProtect() === true && { protect: true }),
    ...(request.getRetainondelete() === true && { retainOnDelete: true }),
    ...list("ignoreChanges", request.getIgnorechangesList()),
    ...list("additionalSecretOutputs", request.getAdditionalsecretoutputsList()),
    ...list(
      "aliases",
      aliases.filter((alias) => alias !== ""),
    ),
  };
}

function formerly(request: Request, spec: AliasSpec | undefined): string {
  const [name, parent] = [spec?.getName() ?? "", spec?.getParenturn() ?? ""];
  if (name !== "" && name !== request.getName()) return name;
  return parent === "" || parent === request.getParent() ? "" : `in ${titleOfUrn(parent)}`;
}

function list(key: string, values: readonly string[]): Record<string, readonly string[]> {
  return values.length > 0 ? { [key]: values } : {};
}

/** The key by which Pulumi's protocol marks a value as more than plain data, and the marks of a secret and a resource. */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";
const resourceMark = "5cf8f73096256a8f31e491e813e4eb8e";

function plain(value: unknown, path: string, secrets: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => plain(item, `${path}[${index}]`, secrets));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (object[signature] === secretMark) {
    secrets.push(path);
    return plain(object["value"], path, []);
  }
  // A provider gets the ID of a resource that is an input.
  if (object[signature] === resourceMark) return object["id"];
  return Object.fromEntries(
    Object.entries(object).map(([key, item]) => [key, plain(item, path === "" ? key : `${path}.${key}`, secrets)]),
  );
}

/** Type and name of a registration. */
export function titleOf({ type, name }: Registration): string {
  return `${type} ${name}`;
}

function titleOfUrn(urn: string): string {
  const [, , types = "", name = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  return `${types.split("$").at(-1)?.split(":").at(-1) ?? ""} ${name}`;
}
