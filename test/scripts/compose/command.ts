import { run } from "../../../scripts/compose/cli.ts";

const pulumi = "name: compose-ecs-pipeline\nconfig:\n  app:\n    default: shop\n";
const staging = `config:
  aws:region: eu-central-1
  compose-ecs-pipeline:parameters: [DATABASE_URL, TOKEN=/common/token]
  compose-ecs-pipeline:variables: [LOG_LEVEL=info]
  secrets:DATABASE_URL:
    secure: v1:not-looked-at
`;
const composeText = `services:
  web:
    build: .
    image: acme/web
    command: serve
    ports: ["80:3000"]
    environment: &environment
      DATABASE_URL: \${DATABASE_URL}
      LOG_LEVEL: \${LOG_LEVEL}
    env_file: web.env
    depends_on: {cache: {condition: service_started}}
    cpus: 0.5
    mem_limit: 1g
    deploy: {replicas: 2}
  cache: {image: "redis:7", volumes: ["data:/data"]}
  worker:
    x-ecs: {service: worker, scaling: {maximum: 4}, spot: {percent: 50}, policy: [{actions: [s3:GetObject], resources: ['*']}]}
    image: acme/web
    container_name: worker
    deploy: {update_config: {order: start-first}}
    volumes: ["files:/files"]
    environment: *environment
  migrate: {image: acme/web, profiles: [release], environment: {TOKEN: "\${TOKEN}"}}
  lint: {image: acme/web, profiles: [test]}
  console: {image: acme/web, profiles: [tools]}
volumes:
  data:
  files: {x-ecs: {efs: {user: "1:1"}}}
`;
const files: Readonly<Record<string, string>> = {
  "Pulumi.yaml": pulumi,
  "Pulumi.staging.yaml": staging,
  "docker-compose-staging.yml": composeText,
  "web.env": "FROM_FILE=1\n",
};

/** Runs a command line with these files, without those that are undefined. */
export function compose(args: string, more: Readonly<Record<string, string | undefined>> = {}, columns = 80) {
  const [out, err] = [[] as string[], [] as string[]];
  const texts: Readonly<Record<string, string | undefined>> = { ...files, ...more };
  const code = run(args === "" ? [] : args.split(" "), {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    readFile: (path) => texts[path],
    exists: (path) => !path.startsWith("absent"),
    projectDirectory: () => "",
    columns,
  });
  return { code, out, err };
}

/** What a command prints with --json. */
export const parsed = (args: string, more: Readonly<Record<string, string | undefined>> = {}): unknown =>
  JSON.parse(compose(`${args} --json`, more).out.join("\n"));

/** A Compose file with one service, which is built. */
export const web = "services:\n  web:\n    build: .\n";

/** A Compose file whose containers read secrets and configs. */
export const withFiles = `services:
  web:
    build: .
    image: acme/web
    tmpfs: ["/tmp:size=64m"]
    secrets: [token]
    configs:
      - {source: settings, target: /etc/app/settings}
  migrate: {image: acme/web, profiles: [release], secrets: [token]}
secrets: {token: {environment: TOKEN}}
configs:
  settings:
    content: "level = info"
`;
