import type { Report } from "../tree/problem.ts";
import type { Draft } from "./draft.ts";

/** The most that a task definition may have ("Amazon ECS service quotas": task definition size). */
const mostKiB = 64;

/** What a container has beside what its file says: labels, log configuration, role of each key; of each secret, an ARN. */
const aroundBytes = { container: 2048, secret: 160 };

/** Reports a task definition that ECS would not take for its size, at the container that has most of it. */
export function checkDefinitionSize(task: readonly Draft[], report: Report): void {
  const sizes = task.map(({ container, service }) => {
    // What it reads from files is in the container that writes them.
    const own = Buffer.byteLength(JSON.stringify({ ...container, files: undefined }));
    const secrets = Object.keys(container.secrets).length * aroundBytes.secret;
    return { service, bytes: own + secrets + aroundBytes.container };
  });
  const kibibytes = Math.ceil(sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1024);
  const [largest] = sizes.toSorted((a, b) => b.bytes - a.bytes);
  if (largest === undefined || kibibytes <= mostKiB) return;
  report(
    largest.service.at,
    `the task definition would have about ${kibibytes} KiB, most of it for "${largest.service.name}", but ECS takes at most ${mostKiB}; copy large files into the image`,
  );
}
