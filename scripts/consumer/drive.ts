import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { serve } from "@hono/node-server";
import { createSafelightClient } from "@safelight/client";
import { Hono } from "hono";
import { type App, safelight } from "./readme/safelight.ts";

// Drives the README's server over HTTP: submits, waits, and checks the image and the balance.
const host = new Hono().route("/api/generations", safelight.app);
const server = serve({ fetch: host.fetch, port: 0, hostname: "127.0.0.1" });
await once(server, "listening");
const address = server.address();
assert(typeof address === "object" && address !== null);
const baseUrl = `http://127.0.0.1:${address.port}`;
safelight.worker.start();

const client = createSafelightClient<App>({ baseUrl });
const { generation, credits } = await client.submit("poster", { prompt: "a lamp in a dark room" });
assert.equal(credits?.balance, 96);
assert.deepEqual(
  (await client.active()).generations.map(({ id }) => id),
  [generation.id],
);

const ended = await client.wait(generation.id, { timeoutMs: 60_000 });
assert(ended.status === "completed", `it ended as ${ended.status}`);
const image = await fetch(ended.outputs[0].url);
assert.equal(image.headers.get("content-type"), "image/png");
const bytes = Buffer.from(await image.arrayBuffer());
assert.equal(bytes.subarray(1, 4).toString("latin1"), "PNG");
assert(
  bytes.readUInt32BE(16) >= 512 && bytes.readUInt32BE(20) >= 512,
  "The image is at least 512 pixels wide and high.",
);

const refused = await client.submit("poster", { prompt: "fail:policy" });
const failed = await client.wait(refused.generation.id, { timeoutMs: 60_000 });
assert(failed.status === "failed" && failed.error.code === "content_rejected");
assert.equal((await client.credits()).balance, 96);

assert.equal((await safelight.api.list({ ownerId: "me" })).generations.length, 2);
assert.equal((await safelight.api.list({ ownerId: "grace" })).generations.length, 0);
assert.deepEqual(await safelight.audit(), []);

server.close();
await safelight.close();

// The README's program: takes its port from the environment, and a second one on the same port ends with one line.
const first = spawn(process.execPath, ["readme/server.ts"], { env: { ...process.env, PORT: "0" } });
const [line] = await once(first.stdout, "data");
const PORT = new URL(String(line).trim()).port;
const second = spawn(process.execPath, ["readme/server.ts"], { env: { ...process.env, PORT } });
const [errors, [exitCode]] = await Promise.all([text(second.stderr), once(second, "exit")]);
assert.equal(exitCode, 1);
assert.match(errors, new RegExp(`^listen EADDRINUSE.*:${PORT}\n$`, "m"));
assert.doesNotMatch(errors, /^\s+at /m);
first.kill("SIGTERM");
assert.deepEqual(await once(first, "exit"), [0, null]);
