import { project } from "../../scripts/pulumi/project.ts";

// A process that brings staging up in the project that it is given, and says when a first resource has changed.
const [, , projectDirectory = ""] = process.argv;
await project({ projectDirectory }).run({
  operation: "up",
  stack: "staging",
  onEvent: ({ resOutputsEvent: event }) => {
    if (event?.metadata.op === "update") process.send?.("changed");
  },
});
