import type { Report } from "../../tree/problem.ts";
import type { Draft } from "../draft.ts";

/** The maximum size of a task definition, in KiB ("Amazon ECS service quotas": task definition size). */
const mostKiB = 64;

/** The size that is added to each container: labels, log configuration and names of keys; for each secret, an ARN. */
const aroundBytes = { container: 2048, secret: 160 };

/** Reports a task definition that is too large for ECS, at its largest container. */
export function checkDefinitionSize(task: readonly Draft[], report: Report): void {
  const sizes = task.map(({ container, service }) => {
    // The text of its files is in the container that writes them.
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
