// Ends with 0 where the service answers; the image needs no curl for it.
const { get } = await import("node:http");
get("http://127.0.0.1:3000/health", ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on("error", () => process.exit(1));
