import { ensureImages } from "../../rehearsal/images.ts";

/** Before any spec file, and once for all that run side by side: the images that several of them need. */
export const mochaGlobalSetup = () =>
  ensureImages({
    log: (line) => {
      console.log(line);
    },
  });
