import { randomBytes } from "node:crypto";

import { type Handler, handler, type Plain } from "./handler.ts";
import type { Properties } from "./wire.ts";

/** A resource type that exists in Pulumi's state only: no call is made for it. */
export function recorded<Args>(
  replaceOn: readonly (keyof Plain<Args> & string)[],
  outputs: (id: string, inputs: Plain<Args>) => Properties = () => ({}),
): Handler {
  return handler<Args>({
    recorded: true,
    replaceOn,
    create: (inputs) => {
      const id = `recorded-${randomBytes(6).toString("hex")}`;
      return Promise.resolve({ id, outputs: outputs(id, inputs) });
    },
    update: () => Promise.resolve({}),
  });
}
