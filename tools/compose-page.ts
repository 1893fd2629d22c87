import { ecsKeys, efsKeys, levels, type Level } from "../compose/index.ts";

/** The text of docs/compose.md: what becomes of every key of a Compose file. */
export function composePage(): string {
  return [
    intro,
    ...places(levels, "").map(([path, level]) => section(path, level)),
    extension,
    table(["Key of a service's `x-ecs`", "What it is"], Object.entries(ecsKeys).map(keyed)),
    volumes,
    table(["Key of `efs`", "What it is"], Object.entries(efsKeys).map(keyed)),
    memory,
    files,
    names,
  ].join("\n\n");
}

const intro = `# What becomes of a Compose file

\`\`\`sh
npm run compose -- check --stack staging       # what becomes of your files
npm run compose -- explain web --stack staging # and of one service, key by key
\`\`\`

How files are read is in [The Compose files](compose-files.md). \`npm run docs:compose\` writes this page from the tables that the
program itself uses (\`compose/support/\`).

Every key of the Compose Specification is **translated** into ECS's task definition and service, **ignored** because it
changes nothing there, or **refused** with a remedy. \`pulumi preview\` and \`pulumi up\` report each ignored key once, and warn
about what is allowed but rarely intended: a service that only lends its keys or its image to others, and the same build for
several images. Services of the profile \`test\`, and those with other profiles for people, run only in Compose: every key is
allowed there.

A push that changes a translated key ends before Release and names the container and the key; \`pulumi up\` applies it.`;

const extension = `## \`x-ecs\`: what Compose has no word for

\`\`\`yaml
services:
  api:
    image: shop/api
    ports: ["4000"]
    x-ecs:
      service: api
      scaling: { maximum: 6, cpu_percent: 60 }
      spot: { percent: 50, base: 1 }
      balancer: { paths: [/api/*], hosts: [api.example.com], sticky: 1h }
      health_check_grace: 90s
      policy:
        - actions: [s3:GetObject, s3:PutObject]
          resources: ["arn:aws:s3:::shop-uploads/*"]
\`\`\`

Unknown keys are refused, and so is \`x-ecs\` anywhere except in a service or a top-level volume. A release service may have
only \`policy\` and \`files_image\`.

- **\`spot\`** is decided when an ECS service is created: \`up\` refuses to add it to an existing service, or to remove it. AWS
  may end such a task with two minutes' notice.
- **\`policy\`**: a wildcard for all actions of a service is refused, and so is every action of IAM.
- **\`balancer\`**: if several ECS services publish a port, all except one need \`paths\` or \`hosts\`; at most five of both
  together, with at most six wildcards.`;

const volumes = `## Volumes

A named volume is a folder of one task: its containers share it, it is empty when the task starts (Fargate copies into it
what the image declares as \`VOLUME\`), and it is deleted when the task ends. A volume that must be kept is a folder of the
environment's EFS file system; every task that mounts it sees the same files:

\`\`\`yaml
volumes:
  tmp:
  uploads:
    x-ecs:
      efs: { user: "10001:10001", permissions: "750" }
\`\`\`

It is encrypted and backed up every day. Only the tasks reach it, with their task role and TLS. \`protect\` prevents \`up\` and
\`destroy\` from deleting it. Without \`protect\`, the files are deleted with the last volume that has \`efs\`.`;

const memory = `## Memory as a folder

\`tmpfs\` and volumes of the type \`tmpfs\` are mounted by Fargate, too. A read-only container with a few folders to write to:

\`\`\`yaml
services:
  web:
    read_only: true
    tmpfs: ["/tmp:size=64m", "/run:size=16m,mode=1777,noexec"]
\`\`\`

- ECS requires a **size** in whole MiB, which Docker does not: a \`tmpfs\` without one is refused.
- Its content uses the container's memory. If the container has a limit, all its \`tmpfs\` together must stay below it; without
  a limit they can fill the task's memory, and nothing is checked.
- Options are those of ECS and of \`docker run --tmpfs\`: \`ro\`, \`noexec\`, \`mode=…\`, \`uid=…\`, \`gid=…\` and more; any other is refused
  with the list.
- A \`tmpfs\` above or below another mount of its container is refused: the order in which ECS mounts them is not documented.`;

const files = `## Files: \`secrets\` and \`configs\`

ECS cannot put files into a container. A service with \`secrets\` or \`configs\` gets a second container, \`SERVICE-files\`, in its
task or release task. It has the contents in its environment, writes them into volumes of the task and ends. The service
mounts these volumes read-only, and starts afterwards. On a laptop nothing changes, and \`npm run compose -- explain SERVICE-files\` shows it.

\`\`\`yaml
services:
  web:
    secrets: [token]
    configs: [{ source: settings, target: /etc/shop/settings.yml }]
secrets:
  token: { environment: TOKEN }
configs:
  settings: { content: "database: \${DATABASE_URL}" }
\`\`\`

- **A secret** is a variable that is a parameter of the stack: its value is in Parameter Store, and neither in the task
  definition nor in the repository. A \`file\` would be in the repository, and is refused. A new value arrives like that of any
  other parameter: with the next \`up\`.
- **A config** is a variable, a text, in which variables may be parameters, or a text file of the commit. All files of a task
  must fit into the task definition, which ECS limits to 64 KiB. A commit that changes one changes the task definition.
- ECS mounts **directories**: the one that holds a file hides what the image has there, so \`target\` needs a directory of
  its own, such as \`/run/configs\`. Directly below \`/\`, in \`/etc\` or any other directory at the top, and below \`/usr\`, \`/bin\`, \`/lib\` and
  their like a file is refused, and so is one above, below or at another mount. A config has no default \`target\` for this; a
  secret's is \`/run/secrets/NAME\`.
- Files belong to \`uid\` and \`gid\`, numbers, or root; \`mode\` is \`0444\` if left out. They are on the task's own storage, which
  AWS encrypts, and are deleted with it. They can neither be written nor replaced while the task runs.
- The container is \`busybox\` of \`public.ecr.aws\`, which tasks must reach; \`files_image\` of \`x-ecs\` names another one. \`up\`
  refuses it if tasks have no way to the internet.
- The content of files is not searched for names of services.`;

const names = `## Names of services

On a laptop Compose gives every service a name that the others find. On ECS:

- Containers of one task reach each other at **localhost**. A name of a container of the same task is refused as an address.
- Another **ECS service** (\`x-ecs: { service: … }\`) is found by its Compose name, through Service Connect, on the ports that it
  publishes or exposes. A service that names no port is refused as an address.
- A **release service** runs alone: every name is refused there. So is, everywhere, the name of a service with another profile.

A name counts as an address in the environment, the command, the entrypoint and the health check if it is

- the host of a URL: \`redis://cache\`, \`postgres://user:password@database/shop\`;
- before a port: \`cache:6379\`; a number below 80 counts only if the service names it as a port, so that \`postgres:15\` is an
  image;
- after \`host=\`, \`--host=\`, \`--host\` or \`-h\`, or before a port that is a word of a command: \`nc -z cache 6379\`;
- the whole value, or an item of a list, of a variable whose name ends in HOST, HOSTS, HOSTNAME, ADDR, ADDRESS, ENDPOINT,
  UPSTREAM, BROKER or BROKERS: \`REDIS_HOST: cache\`.

It does not count as any other word, such as \`ROLE: web\`, nor as part of a longer name, such as \`cache.example.com\`.
`;

function places(level: Level, path: string): readonly (readonly [string, Level])[] {
  const inner = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const order = Object.keys(level.keys);
  const below = Object.entries(level.below ?? {}).map(([key, one]) => [key, inner(key), one] as const);
  const named = Object.entries(level.named ?? {}).map(([key, one]) => [key, `${inner(key)}.*`, one] as const);
  const found = [...below, ...named].toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return [[path, level], ...found.flatMap(([, where, one]) => places(one, where))];
}

function section(path: string, { keys }: Level): string {
  const title = path === "" ? "At the top" : `\`${path}\``;
  const rows = Object.entries(keys).map(([key, fate]) => {
    if (typeof fate === "string") return [`\`${key}\``, "translated", fate];
    if ("ignored" in fate) return [`\`${key}\``, "ignored", fate.ignored];
    return [`\`${key}\``, "refused", `${fate.rejected}; ${fate.remedy ?? `remove "${key}"`}`];
  });
  return `## ${title}\n\n${table(["Key", "Is", "Becomes, or why not"], rows)}`;
}

const keyed = ([key, what]: readonly [string, string]): readonly string[] => [`\`${key}\``, what];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
