import { ownProgram, shortProgram } from "./own-program.ts";

/** A file to write, and why. */
export interface NewFile {
  /** Its path from the application's folder. */
  readonly path: string;
  readonly why: string;
  readonly content: { readonly text: string } | { readonly copyOf: string };
}

/** The program's folder, without the files of its environments. */
export interface Infra {
  readonly app: string;
  /** Its path from the application's folder. */
  readonly directory: string;
  readonly environments: readonly string[];
  /** What stands for this package in "dependencies". */
  readonly specification: string;
  readonly tarball?: string | undefined;
  readonly requirements: { readonly node: string; readonly pulumi: Readonly<Record<string, string>> };
  readonly ownProgram: boolean;
}

/** The files that every environment shares. */
export function infraFiles(infra: Infra): readonly NewFile[] {
  const file = (name: string, why: string, text: string): NewFile => ({
    path: `${infra.directory}/${name}`,
    why,
    content: { text },
  });
  const { tarball } = infra;
  return [
    file("package.json", "the versions of this package and of Pulumi", packageJson(infra)),
    ...(tarball === undefined
      ? []
      : [
          {
            path: `${infra.directory}/${tarball.split("/").at(-1) ?? ""}`,
            why: "the package, as it was installed here",
            content: { copyOf: tarball },
          },
        ]),
    file("Pulumi.yaml", `the Pulumi project, named after the application: ${infra.app}`, project(infra.app)),
    file(
      "index.ts",
      infra.ownProgram ? "the program, for you to change" : "the program",
      infra.ownProgram ? ownProgram() : shortProgram,
    ),
    file(".gitignore", "what Git leaves out", "node_modules/\n"),
    file("README.md", "what this folder is, for your team", readme(infra)),
  ];
}

function packageJson({ app, specification, requirements }: Infra): string {
  const content = {
    name: `${app}-infra`,
    private: true,
    type: "module",
    engines: { node: requirements.node },
    dependencies: { "compose-ecs-pipeline": specification, ...requirements.pulumi },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

const project = (app: string): string => `name: ${app}
description: The environments of ${app} on AWS
main: index.ts
runtime:
  name: nodejs
  options:
    # Node runs TypeScript itself.
    typescript: false
    # An older Node prints a clear message.
    nodeargs: --import compose-ecs-pipeline/node-check
`;

const readme = ({ app, environments: [first = "staging"] }: Infra): string => `# The environments of ${app}

Each \`Pulumi.<environment>.yaml\` describes one; \`docker-compose-<environment>.yml\` of the application says what runs in it.
A push to its branch builds, migrates and deploys.

    npm install
    npx compose-ecs-pipeline compose check --stack ${first}    # what the Compose file becomes
    npx compose-ecs-pipeline up --stack ${first}               # creates or changes the environment
    npx compose-ecs-pipeline rehearse --stack ${first}         # the environment on this machine, without AWS
    npx compose-ecs-pipeline --help                            # all other commands
`;
