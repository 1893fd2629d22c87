import type { Level } from "./classify.ts";
const oneImage = {
  rejected: "an attestation turns the image into an index, whose digest is not that of the running image",
};

/** The keys of `build`: Docker reads them in the build, so most are passed on. */
export const buildLevel: Level = {
  keys: {
    additional_contexts: "passed to Docker",
    args: "passed to Docker; no secret may be in one",
    cache_from: "passed to Docker, before the caches of the pipeline",
    cache_to: "passed to Docker",
    context: "passed to Docker, from the commit",
    dockerfile: "passed to Docker",
    dockerfile_inline: "passed to Docker",
    entitlements: { rejected: "a build grants no entitlements" },
    extra_hosts: "passed to Docker",
    isolation: { rejected: "it is for Windows containers, and these are for Linux" },
    labels: "passed to Docker",
    network: "passed to Docker",
    no_cache: "passed to Docker",
    platforms: "passed to Docker: one, which has to be the stack's `architecture`",
    privileged: { rejected: "a build gives its steps no privileges" },
    provenance: oneImage,
    pull: "passed to Docker",
    sbom: oneImage,
    secrets: "passed to Docker: files of the commit, or variables that the build sees",
    shm_size: "passed to Docker",
    ssh: { rejected: "a build has no SSH agent", remedy: 'use a parameter that the build sees, below "secrets"' },
    tags: { ignored: "the pipeline pushes the commit's tag and no other" },
    target: "passed to Docker",
    ulimits: "passed to Docker",
  },
  below: {
    secrets: {
      keys: {
        gid: "passed to Docker",
        mode: "passed to Docker",
        source: "passed to Docker",
        target: "passed to Docker",
        uid: "passed to Docker",
      },
    },
  },
  named: {
    ulimits: {
      keys: { hard: "passed to Docker", single: "passed to Docker", soft: "passed to Docker" },
    },
  },
};
