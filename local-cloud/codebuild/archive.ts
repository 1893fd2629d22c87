import { chmod, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { unzipSync, zipSync, type Zippable } from "fflate";
import type { ArtifactFile } from "./artifacts.ts";

/** Paths of all files and links below a folder, with `/` between folders and sorted. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
}

/** A zip file of files below a folder; modes and symbolic links are kept. */
export async function zipFiles(folder: string, files: readonly ArtifactFile[]): Promise<Uint8Array> {
  const contents: Zippable = {};
  for (const { path, name } of files) {
    const status = await lstat(join(folder, path));
    const data = status.isSymbolicLink()
      ? new TextEncoder().encode(await readlink(join(folder, path)))
      : new Uint8Array(await readFile(join(folder, path)));
    contents[name] = [data, { os: unix, attrs: (status.mode << 16) >>> 0, mtime: earliest(status.mtime) }];
  }
  return zipSync(contents);
}

/** Unpacks a zip file into a folder; throws when an entry would be outside of it. */
export async function unzipInto(folder: string, zip: Uint8Array): Promise<void> {
  const modes = entryModes(zip);
  for (const [name, data] of Object.entries(unzipSync(zip))) {
    const target = resolve(folder, name);
    if (relative(folder, target).startsWith("..")) {
      throw new Error(`${name}: is outside of the source folder; create the archive again without it`);
    }
    if (name.endsWith("/")) {
      await mkdir(target, { recursive: true });
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    const mode = modes.get(name) ?? 0;
    if ((mode & typeMask) === link) {
      await symlink(new TextDecoder().decode(data), target);
      continue;
    }
    await writeFile(target, data);
    if ((mode & 0o111) !== 0) await chmod(target, mode & 0o777);
  }
}

const unix = 3;
const typeMask = 0o170000;
const link = 0o120000;

/** A zip file cannot hold a time before 1980. */
function earliest(time: Date): Date {
  return time.getFullYear() < 1980 ? new Date(1980, 0, 1) : time;
}

/** Unix modes from a zip file's central directory, which fflate does not return. */
function entryModes(zip: Uint8Array): ReadonlyMap<string, number> {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const modes = new Map<string, number>();
  if (end < 0) return modes;
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    if (bytes[at + 5] === unix) modes.set(name, bytes.readUInt16LE(at + 40));
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return modes;
}
