import { field, mapping, text } from "../tree/fields.ts";
import type { Report } from "../tree/problem.ts";
import { composeName } from "../shape/shape.ts";
import type { Entry, Value } from "../tree/tree.ts";

/** A volume declared at the top: a folder of one task, or one that outlives tasks on EFS. */
export interface Volume {
  readonly name: string;
  /** @default - empty when its task starts, gone when it ends */
  readonly efs?: EfsVolume;
}

/** A folder of the environment's EFS file system, which all tasks that mount it share. */
export interface EfsVolume {
  /** Numeric user and group that own all files in it, whoever writes them (EFS, "Working with access points"). */
  readonly uid: number;
  readonly gid: number;
  /** Octal mode of the folder. */
  readonly permissions: string;
}

/** Every key of `efs` of a volume's `x-ecs`, and what it is. */
export const efsKeys = {
  user: "numbers of the user and the group that own every file, no matter who writes it; use those of the container's `user`",
  permissions: "octal mode of the folder; `755` if left out",
} as const;

/** The maximum number of access points in one file system ("Amazon EFS quotas"). */
const mostEfs = 100;

/** The volumes of a file. */
export function volumesOf(volumes: Value | undefined, report: Report): readonly Volume[] {
  if (volumes?.kind !== "mapping") return [];
  const found = volumes.entries.map((entry) => volume(entry, report));
  if (found.filter(({ efs }) => efs !== undefined).length > mostEfs)
    report(volumes.at, `one file system holds at most ${mostEfs} volumes; put some folders together`);
  return found;
}

function volume({ key: name, value }: Entry, report: Report): Volume {
  if (composeName.test(name) && !/^[A-Za-z0-9_-]{1,255}$/.test(name))
    report(value.at, `"${name}" cannot be the name of a volume; use letters, digits, hyphens and underscores`);
  const ecs = value.kind === "mapping" ? field(value, "x-ecs")?.value : undefined;
  const options = ecs && mapping(ecs, '"x-ecs" of a volume', ["efs"], report);
  if (ecs === undefined || options === undefined) return { name };
  const efs = field(options, "efs")?.value;
  if (efs === undefined) {
    report(ecs.at, '"x-ecs" of a volume has no "efs"; write it, or remove "x-ecs"');
    return { name };
  }
  return { name, efs: efsVolume(efs, report) };
}

const nobody = { uid: 0, gid: 0, permissions: "0755" };

function efsVolume(value: Value, report: Report): EfsVolume {
  const options = mapping(value, '"efs"', Object.keys(efsKeys), report);
  if (options === undefined) return nobody;
  const user = field(options, "user")?.value;
  const permissions = field(options, "permissions")?.value;
  if (user === undefined)
    report(value.at, '"efs" does not say who owns the files; write "user", such as "10001:10001"');
  const mode = permissions && text(permissions, '"permissions"', report);
  if (permissions !== undefined && mode !== undefined && !/^0?[0-7]{3}$/.test(mode))
    report(permissions.at, `"permissions" is "${mode}"; write three octal digits in quotes, such as "755"`);
  return {
    ...(user === undefined ? { uid: 0, gid: 0 } : owner(user, report)),
    permissions: (mode ?? nobody.permissions).padStart(4, "0"),
  };
}

/** EFS's access points take numbers only: they do not know the user names of an image. */
function owner(value: Value, report: Report): Pick<EfsVolume, "uid" | "gid"> {
  const given = text(value, '"user"', report);
  const [, uid = "", gid = ""] = /^(\d{1,10}):(\d{1,10})$/.exec(given ?? "") ?? [];
  const [user, group] = [Number(uid), Number(gid)];
  if (given !== undefined && (uid === "" || user > 4_294_967_295 || group > 4_294_967_295))
    report(value.at, `"user" is "${given}"; write numbers of a user and a group, such as "10001:10001"`);
  return { uid: user, gid: group };
}
