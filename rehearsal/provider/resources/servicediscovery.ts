import type { HttpNamespaceArgs } from "@pulumi/aws/servicediscovery/httpNamespace.js";
import { region } from "../clients.ts";
import type { Handlers } from "../handler.ts";
import { recorded } from "../recorded.ts";

/** Cloud Map resource types: recorded only, because the local ECS keeps the names of Service Connect itself. */
export const discoveryHandlers: Handlers = {
  "aws:servicediscovery/httpNamespace:HttpNamespace": recorded<HttpNamespaceArgs>(["name"], (id) => ({
    arn: `arn:aws:servicediscovery:${region}:000000000000:namespace/${id}`,
    httpName: id,
  })),
};
