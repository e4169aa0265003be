import { toNodeHandler } from "@safelight/server/node";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { safelight } from "./safelight.ts";

// Fastify has no time limit for requests by default. An upload may take 15 minutes.
const app = Fastify({ requestTimeout: 900_000 });
const handler = toNodeHandler(safelight);

function handle(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  handler(request.raw, reply.raw);
}

// The content type parsers of this scope do not read the body, because Safelight reads it itself.
app.register(async (scope) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
  scope.all("/api/generations", handle);
  scope.all("/api/generations/*", handle);
});
app.post("/echo", (request, reply) => reply.send(request.body));

console.log(await app.listen({ port: Number(process.env.PORT ?? 3000) }));
safelight.worker.start();

process.once("SIGTERM", async () => {
  app.server.close();
  await safelight.close();
  process.exit(0);
});
