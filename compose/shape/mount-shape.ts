import { flag, labels, mapping, oneOf, text } from "./shape.ts";
import { inPlace, volumeOf } from "./short-volume.ts";

/** The keys of an item of `volumes` of a Compose service. */
export const volumeMount = mapping(
  {
    bind: mapping({
      create_host_path: flag,
      propagation: text,
      recursive: oneOf("enabled", "disabled", "writable", "readonly"),
      selinux: oneOf("z", "Z"),
    }),
    consistency: text,
    image: mapping({ subpath: text }),
    read_only: flag,
    source: text,
    target: text,
    tmpfs: mapping({
      mode: { is: "number", whole: "as text", minimum: 0, unquoted: true },
      size: { is: "bytes", quoted: "fractions", minimum: 0 },
    }),
    type: oneOf("bind", "volume", "tmpfs", "cluster", "npipe", "image"),
    volume: mapping({ labels, nocopy: flag, subpath: text }),
  },
  { long: volumeOf, write: ["type", "source", "target"], placed: inPlace, required: ["type", "target"] },
);
