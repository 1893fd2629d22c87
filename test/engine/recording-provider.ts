import * as pulumi from "@pulumi/pulumi";

import { providerOf } from "../../local-cloud/index.ts";
import { type CloudCell, emptyCloud, type Cloud } from "./recording-cloud.ts";
import { recordingHandlers } from "./recording-handlers.ts";
import { recordingInvokes } from "./recording-invokes.ts";

// A process that the engine attaches to; the test that started it looks at its cloud, and changes it, by messages.
const cell: CloudCell = { cloud: emptyCloud };

process.on("message", (message: { readonly replace?: Cloud }) => {
  if (message.replace !== undefined) cell.cloud = message.replace;
  process.send?.(cell.cloud);
});

await pulumi.provider.main(providerOf(recordingHandlers(cell), recordingInvokes(cell)), ["127.0.0.1:0"]);
