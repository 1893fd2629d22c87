import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../kit/cache-folder.ts";

/**
 * Large layers that builds on this machine have pushed before, of any local cloud. Each local cloud begins with an empty
 * registry, and Docker compresses every layer that the registry lacks: ten seconds of a core for the base image and the
 * gems of a Rails application. But it asks first, and so a kept layer is put into the registry instead.
 */
export interface KeptLayers {
  /** Before a client asks whether a repository has a layer: puts it there if it is kept and the repository lacks it. */
  readonly offer: (layer: Layer) => Promise<void>;
  /** After a client has pushed a layer: keeps it. */
  readonly keep: (layer: Layer) => Promise<void>;
}

/** A layer of a repository. */
export interface Layer {
  readonly repository: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** The folder of the user's kept layers. */
export const layersFolder = (): string => join(cacheFolder(), "compose-ecs-pipeline", "layers");

/** Docker compresses smaller layers at once. */
const minimumBytes = 1 << 20;
/** All kept layers together; the oldest are deleted first. */
const maximumBytes = 500 * minimumBytes;

/** Keeps the layers of ministack's registry in a folder, one file each, by digest. */
export function keptLayers(upstream: string, folder: string, log: (line: string) => void): KeptLayers {
  const fileOf = (digest: string) => join(folder, digest.replace("sha256:", ""));
  const url = ({ repository, digest }: Layer) => `${upstream}/v2/${repository}/blobs/${digest}`;
  const offer = async (layer: Layer): Promise<void> => {
    const file = fileOf(layer.digest);
    const content = await readFile(file).catch(() => undefined);
    if (content === undefined || (await fetch(url(layer), { method: "HEAD" })).ok) return;
    await utimes(file, new Date(), new Date());
    // The registry refuses content of another digest.
    const upload = `${upstream}/v2/${layer.repository}/blobs/uploads/?digest=${layer.digest}`;
    await fetch(upload, { method: "POST", body: content });
  };
  const keep = async (layer: Layer): Promise<void> => {
    const file = fileOf(layer.digest);
    if (await stat(file).catch(() => undefined)) return;
    const content = Buffer.from(await (await fetch(url(layer))).arrayBuffer());
    if (content.length < minimumBytes) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Another process may read the file at any time: it appears whole.
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, content, { mode: 0o600 });
    await rename(draft, file);
    await deleteOldest(folder);
  };
  // A disk that is full costs time, but no push.
  const said = (error: unknown): void => {
    log(`kept layers in ${folder}: ${String(error)}`);
  };
  return { offer: (layer) => offer(layer).catch(said), keep: (layer) => keep(layer).catch(said) };
}

async function deleteOldest(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const file = join(folder, name);
      // Another process may have deleted it.
      const { size, mtimeMs } = await stat(file).catch(() => ({ size: 0, mtimeMs: 0 }));
      return { file, size, mtimeMs };
    }),
  );
  let bytes = 0;
  for (const { file, size } of files.toSorted((a, b) => b.mtimeMs - a.mtimeMs)) {
    bytes += size;
    if (bytes > maximumBytes) await rm(file, { force: true });
  }
}
