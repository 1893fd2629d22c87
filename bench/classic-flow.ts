import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { docker, labelArguments } from "../local-cloud/index.ts";
import type { Surroundings } from "../rehearsal/example/surroundings.ts";
import { exampleVariables } from "../rehearsal/images.ts";
import { loggedIn, secrets } from "./application.ts";
import { timed } from "./print.ts";

/**
 * Seconds of what many teams' builds do for a release: they build, migrate in the build, commit the container that has
 * migrated as the image, push two tags and write imagedefinitions.json. There is no layer cache but the builder's, and
 * the builder is new. Docker's own builder stands for it: it leaves out its cache, but has the base image already.
 */
export async function classicFlow(on: Surroundings): Promise<Readonly<Record<string, number>>> {
  const repositories = Object.entries(await loggedIn(on));
  const [tag, project] = [`classic-${Date.now()}`, `bench-${process.pid}`];
  const env = { ...exampleVariables(), ...(await secrets(on)), IMAGE_TAG: tag, COMPOSE_PROJECT_NAME: project };
  const network = join(on.directory, "classic-network.yml");
  writeFileSync(network, `networks: {default: {name: ${on.cloud.world.network}, external: true}}\n`);
  const files = ["--file", join(on.checkout, "docker-compose-staging.yml"), "--file", network];
  const compose = ["compose", "--project-directory", on.checkout, ...files];
  const seconds: Record<string, number> = {};
  const step = async (what: string, ...commands: readonly (readonly string[])[]): Promise<void> => {
    seconds[what] = await timed(async () => {
      for (const command of commands) await docker(command, { env });
    });
  };
  await step("docker compose build", [...compose, "build", "--quiet", "--no-cache"]);
  const migration = ["web", "sh", "-c", "bin/rails db:create && bin/rails db:migrate"];
  const once = [
    "run",
    "--no-TTY",
    "--no-deps",
    "--name",
    `${project}-migrated`,
    ...labelArguments(on.cloud.world.labels),
  ];
  await step("docker compose run, the migration", [...compose, ...once, ...migration]);
  // The proxy has nothing to migrate, so its image is the one that was built.
  const latest = (name: string, uri: string): readonly string[] =>
    name === "web" ? ["commit", `${project}-migrated`, `${uri}:latest`] : ["tag", `shop/${name}`, `${uri}:latest`];
  await step(
    "docker commit and tag",
    ...repositories.flatMap(([name, uri]) => [latest(name, uri), ["tag", `${uri}:latest`, `${uri}:${tag}`]]),
  );
  await step(
    "docker push",
    ...repositories.flatMap(([, uri]) => ["latest", tag].map((each) => ["push", "--quiet", `${uri}:${each}`])),
  );
  const definitions = repositories.map(([name, uri]) => ({ name, imageUri: `${uri}:${tag}` }));
  writeFileSync(join(on.directory, "imagedefinitions.json"), JSON.stringify(definitions));
  await docker(["rm", "--volumes", `${project}-migrated`]);
  await docker([...compose, "down", "--volumes"], { env });
  return seconds;
}
