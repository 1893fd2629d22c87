/** The processor that images are built for and tasks run on. */
export type Architecture = "x86_64" | "arm64";
