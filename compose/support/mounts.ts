import type { Level } from "./classify.ts";

/** The keys of an item of `volumes`. */
export const mountLevel: Level = {
  keys: {
    bind: { rejected: "Fargate has no directories of a host", remedy: "use a named volume" },
    consistency: { ignored: "it is for Docker Desktop" },
    image: { rejected: "Fargate mounts no images", remedy: "copy the files into the image" },
    read_only: "`readOnly`",
    source: "`sourceVolume`: a volume of the task, or one on EFS if the volume has `x-ecs`",
    target: "`containerPath`",
    tmpfs: "`linuxParameters.tmpfs`",
    type: "`volume` or `tmpfs`; Fargate has no directories of a host",
    volume: "no effect by itself",
  },
  below: {
    tmpfs: { keys: { mode: "`mode=…` of `mountOptions`", size: "`size`, in whole MiB; ECS requires it" } },
    volume: {
      keys: {
        labels: { rejected: "a volume of a task has no labels" },
        nocopy: { rejected: "Fargate copies only what the image declares as VOLUME", remedy: 'remove "nocopy"' },
        subpath: { rejected: "a volume is mounted whole", remedy: "give the folder its own volume" },
      },
    },
  },
};

const fileLevel = (target: string): Level => ({
  keys: {
    gid: "number of the group that owns the file; 0 if left out",
    mode: "octal mode of the file; `0444` if left out",
    source: "its name at the top",
    target,
    uid: "number of the user who owns the file; 0 if left out",
  },
});

/** The keys of an item of `configs`. */
export const configLevel = fileLevel(
  "absolute path of the file, in a directory where the image has nothing that it needs; required",
);

/** The keys of an item of `secrets`. */
export const secretLevel = fileLevel(
  "path of the file, in a directory where the image has nothing that it needs; a relative path starts from `/run/secrets`",
);
