import { appendFileSync, cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runStack } from "../scripts/pulumi/stack.ts";
import { type Engine, parameter, startEngine } from "../test/engine/engine.ts";
import { compared, median, type Say, timed } from "./print.ts";

/** Measures only Pulumi's part: the real engine with a cloud in memory that answers at once. */
export async function stackBench(say: Say): Promise<void> {
  const engine = await startEngine();
  try {
    for (const stack of ["staging", "production"]) {
      appendFileSync(
        join(engine.directory, `Pulumi.${stack}.yaml`),
        "  compose-ecs-pipeline:sourceRepository: acme/shop\n",
      );
      // `up` creates production's database and its URL.
      for (const name of stack === "staging" ? ["DATABASE_URL", "SECRET_KEY_BASE"] : ["SECRET_KEY_BASE"]) {
        await engine.change(parameter(`/shop/${stack}/${name}`, "there"));
      }
    }
    await upOverHelloWorld(engine, say);
    await previewOverServices(engine, say);
  } finally {
    await engine.close();
  }
}

/**
 * An `up` without a change, of both example stacks and of a minimal program, in turn; prints the medians.
 */
async function upOverHelloWorld(engine: Engine, say: Say): Promise<void> {
  const projectDirectory = join(engine.directory, "hello-world");
  cpSync(join(import.meta.dirname, "hello-world"), projectDirectory, { recursive: true });
  symlinkSync(join(import.meta.dirname, "../node_modules"), join(projectDirectory, "node_modules"));
  const least = { operation: "up", stack: "staging", projectDirectory, environment: engine.environment } as const;
  const stacks = ["staging", "production"];
  await runStack(least);
  for (const stack of stacks) await engine.runAlone("up", stack);
  for (const stack of stacks) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let pair = 0; pair < 5; pair += 1) {
      ours.push(await timed(() => engine.runAlone("up", stack)));
      theirs.push(await timed(() => runStack(least)));
    }
    say(compared(`no-change up of ${stack} over hello-world`, median(ours), median(theirs), 2));
  }
}

/** Previews of 1 to 50 Compose services, in turn; prints the slope of the line through the times. */
async function previewOverServices(engine: Engine, say: Say): Promise<void> {
  const counts = [1, 10, 25, 50];
  const seconds = new Map(counts.map((count) => [count, [] as number[]]));
  for (let round = 0; round < 3; round += 1) {
    for (const count of counts) {
      writeFileSync(join(engine.directory, "docker-compose-staging.yml"), composeFile(count));
      seconds.get(count)?.push(await timed(() => engine.runAlone("preview", "staging")));
    }
  }
  const points = [...seconds].map(([count, times]) => [count, median(times)] as const);
  for (const [count, time] of points) say(`  preview of ${count} Compose service(s): ${time.toFixed(2)} s`);
  const [one = NaN, fifty = NaN] = [points.at(0)?.[1], points.at(-1)?.[1]];
  say(
    `${compared("preview of 50 Compose services over 1", fifty, one)}; ${(slope(points) * 1000).toFixed(0)} ms a service`,
  );
}

/** Compose services with one image, five in each ECS service: an environment has at most ten ECS services. */
function composeFile(count: number): string {
  const services = Array.from({ length: count }, (_, index) => [
    `  one${index}:`,
    ...(index === 0 ? ["    build: ./app"] : []),
    "    image: shop/web",
    `    environment: {INDEX: "${index}"}`,
    "    cpus: 0.1",
    "    mem_limit: 64m",
    ...(index < 5 ? [] : [`    x-ecs: {service: group${Math.floor(index / 5)}}`]),
  ]);
  return ["services:", ...services.flat(), ""].join("\n");
}

/** Slope of the line of least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [x, y] = [mean(points.map(([each]) => each)), mean(points.map(([, each]) => each))];
  const of = (products: readonly number[]) => products.reduce((sum, one) => sum + one, 0);
  return of(points.map(([a, b]) => (a - x) * (b - y))) / of(points.map(([a]) => (a - x) ** 2));
}
