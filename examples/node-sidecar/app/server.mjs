import { createServer } from "node:http";
import { increment } from "./cache.mjs";

const greeting = process.env.GREETING ?? "Hello";

const server = createServer(async (request, response) => {
  if (request.url === "/health") return response.end("ok\n");
  try {
    response.end(`${greeting}, visitor ${await increment("visitors")}\n`);
  } catch (error) {
    console.error(error.message);
    response.writeHead(503).end("the cache does not answer\n");
  }
});
// Longer than the 60 s for which the load balancer keeps an idle connection.
server.keepAliveTimeout = 75_000;
server.listen(3000);

// ECS asks for the end with SIGTERM: answer what has begun, then leave.
process.once("SIGTERM", () => server.close());
