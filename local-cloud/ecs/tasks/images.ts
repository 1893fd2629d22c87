import { docker } from "../../kit/docker.ts";
import type { World } from "../../kit/service.ts";
import type { ExecutionRole } from "./execution-role.ts";

/** An image on this machine. */
export interface LocalImage {
  readonly reference: string;
  /** Digest of the manifest that was pulled; none for an image that comes from no registry. */
  readonly digest?: string;
  /** Paths that the image declares as VOLUME. */
  readonly volumes: readonly string[];
}

/** Gets an image: from the local cloud's registry with the execution role, any other image as docker finds it. */
export async function fetchImage(
  world: World,
  role: ExecutionRole | undefined,
  image: string,
  pinned: string | undefined,
): Promise<LocalImage> {
  const ours = image.startsWith(`${world.registryHost}/`);
  if (ours && role === undefined) throw new Error("an image of the registry needs an execution role");
  const repository = image.slice(world.registryHost.length + 1).replace(/(@sha256:[0-9a-f]+|:[^:/]+)$/u, "");
  const reference = ours && pinned !== undefined ? `${world.registryHost}/${repository}@${pinned}` : image;
  const digest = ours ? await role?.pull(repository, reference) : undefined;
  if (!ours) await docker(["image", "inspect", reference]).catch(() => docker(["pull", reference]));
  const inspected = await docker(["image", "inspect", "--format", "{{json .Config.Volumes}}", reference]);
  const volumes = Object.keys((JSON.parse(inspected) as Readonly<Record<string, unknown>> | null) ?? {});
  return { reference, volumes, ...(digest === undefined || digest === "" ? {} : { digest }) };
}
