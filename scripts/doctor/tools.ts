import { readFileSync } from "node:fs";
import { missing, ok, type Check } from "./check.ts";
import type { CommandResult, Machine } from "../verb/machine.ts";

/** The output of the commands that `pulumi up` needs; undefined if a command is not on the PATH. */
export interface Tools {
  /** `node --version`. */
  readonly node: CommandResult | undefined;
  /** `pulumi version`. */
  readonly pulumi: CommandResult | undefined;
  /** `pulumi whoami`. */
  readonly backend: CommandResult | undefined;
}

/** Runs the commands. */
export async function readTools({ command }: Pick<Machine, "command">): Promise<Tools> {
  const [node, pulumi, backend] = await Promise.all([
    command("node", "--version"),
    command("pulumi", "version"),
    command("pulumi", "whoami", "--non-interactive"),
  ]);
  return { node, pulumi, backend };
}

/** Checks whether the commands that `pulumi up` needs exist, and whether Pulumi's backend answers. */
export const judgeTools = ({ node, pulumi, backend }: Tools): readonly Check[] => [
  judgeNode(node),
  pulumi === undefined
    ? missing("pulumi: it is not on the PATH; install the Pulumi CLI")
    : ok(`pulumi: ${pulumi.out.trim()}`),
  ...(backend === undefined ? [] : [judgeBackend(backend)]),
];

function judgeNode(node: CommandResult | undefined): Check {
  const oldest = oldestNode();
  const remedy = `install Node ${oldest.join(".")} or newer`;
  if (node === undefined) return missing(`node: it is not on the PATH, and \`pulumi up\` needs it; ${remedy}`);
  const version = node.out.trim();
  const [, major = "0", minor = "0"] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  const enough = Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
  if (enough) return ok(`node: ${version}`);
  return missing(`node: the PATH has ${version}, which \`pulumi up\` uses; ${remedy}`);
}

/** The oldest Node that runs TypeScript without a compiler: major and minor version. */
function oldestNode(): readonly [number, number] {
  const { engines } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly engines: { readonly node: string };
  };
  const [major = 0, minor = 0] = (engines.node.match(/\d+/g) ?? []).map(Number);
  return [major, minor];
}

function judgeBackend({ code, out, err }: CommandResult): Check {
  if (code === 0) return ok(`backend: logged in as ${out.trim()}`);
  const [said = ""] = err.trim().split("\n");
  return missing(`backend: ${said.replace(/^error: /, "")}; log in with \`pulumi login\``);
}
