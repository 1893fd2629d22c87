/** The Compose file of an application that has only a Dockerfile; `port` is where it listens, if it does. */
export function composeOf(dockerfile: string, port: string | undefined): string {
  const parts = dockerfile.split("/");
  const [name = "Dockerfile", folder] = [parts.at(-1), parts.slice(0, -1).join("/")];
  const build =
    folder === "" ? ["    build: ."] : ["    build:", "      context: .", `      dockerfile: ${folder}/${name}`];
  const ports = port === undefined ? [] : [`    ports: ["${port}"]`];
  return ["services:", "  web:", ...build, ...ports, ""].join("\n");
}
