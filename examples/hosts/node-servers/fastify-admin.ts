import { toNodeHandler } from "@safelight/server/node";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { admin } from "./safelight.ts";

const app = Fastify();
const handler = toNodeHandler(admin);

function handle(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  handler(request.raw, reply.raw);
}

app.register(async (scope) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
  scope.all("/admin/safelight", handle);
  scope.all("/admin/safelight/*", handle);
});

console.log(await app.listen({ port: 0 }));
