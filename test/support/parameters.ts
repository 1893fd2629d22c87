import { awsError, type Answers } from "./command-line.ts";

/** A Parameter Store of the tests. */
export interface Parameters {
  readonly answers: Answers;
  /** Values of each parameter's versions, by name; the newest is last. */
  readonly versions: Map<string, readonly string[]>;
}

/** A Parameter Store that counts versions as AWS does, and finds one by `name:version` (SSM user guide). */
export function parameterStore(start: Readonly<Record<string, string>> = {}): Parameters {
  const versions = new Map<string, readonly string[]>(Object.entries(start).map(([name, value]) => [name, [value]]));
  const answers: Answers = {
    GetParameter: ({ Name }: { readonly Name: string }) => {
      const [name = "", version] = Name.split(":");
      const found = versions.get(name);
      if (found === undefined) throw awsError("ParameterNotFound");
      const Version = version === undefined ? found.length : Number(version);
      const Value = found[Version - 1];
      if (Value === undefined) throw awsError("ParameterVersionNotFound");
      return { Parameter: { Name: name, Value, Version } };
    },
    PutParameter: (input: { readonly Name: string; readonly Value: string; readonly Overwrite?: boolean }) => {
      const before = versions.get(input.Name);
      if (before !== undefined && input.Overwrite !== true) throw awsError("ParameterAlreadyExists");
      const all = [...(before ?? []), input.Value];
      versions.set(input.Name, all);
      return { Version: all.length };
    },
    DeleteParameter: ({ Name }: { readonly Name: string }) => {
      if (!versions.delete(Name)) throw awsError("ParameterNotFound");
      return {};
    },
  };
  return { answers, versions };
}
