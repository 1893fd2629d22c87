import { byText, single } from "./short-forms.ts";
import {
  flag,
  labels,
  list,
  mapping,
  named,
  text,
  whole,
  wholeBytes,
  type DictionaryShape,
  type Shape,
} from "./shape.ts";

/** Host names, each with an address or a list of addresses. */
export const hosts: DictionaryShape = {
  is: "dictionary",
  separators: ["=", ":"],
  complete: true,
  values: text,
  many: true,
};

/** Limits by name: one number, or a soft and a hard one. */
export const ulimits = ulimitsOf(whole);

function ulimitsOf(one: Shape): Shape {
  return named(
    mapping(
      { single: one, soft: whole, hard: whole },
      { long: single("single"), replaced: true, required: ["soft", "hard"] },
    ),
  );
}

/** An item of `secrets` or `configs`, of a service or of a build. */
export const fileMount = mapping(
  { source: text, target: text, uid: text, gid: text, mode: { is: "number", whole: true, octal: true } },
  { long: single("source"), required: ["source"] },
);

/** True, false or a text, which Compose passes to the builder unchanged. */
const attestation: Shape = { is: "scalar", numbers: false };

/** The keys of `build` of a Compose service. */
export const build = mapping(
  {
    additional_contexts: { is: "dictionary", values: { is: "context" }, complete: true },
    args: { is: "dictionary", without: "optional", trimmed: true },
    cache_from: list(text),
    cache_to: list(text),
    context: { is: "context" },
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: list(text),
    extra_hosts: hosts,
    isolation: text,
    labels,
    network: text,
    no_cache: flag,
    platforms: list(text),
    privileged: flag,
    provenance: attestation,
    pull: flag,
    sbom: attestation,
    secrets: list(fileMount),
    shm_size: wholeBytes,
    ssh: { is: "dictionary", without: "null", alone: ["default"] },
    tags: list(text, { unique: byText }),
    target: text,
    ulimits: ulimitsOf({ is: "number", whole: true, unquoted: true }),
  },
  { long: single("context"), write: ["context", "dockerfile"], defaults: { context: "." } },
);
