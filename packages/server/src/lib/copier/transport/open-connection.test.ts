import { once } from "node:events";
import { createServer, isIP, type Server, type Socket } from "node:net";
import { createServer as createSecureServer } from "node:tls";
import { afterEach, describe, expect, it, vi } from "vitest";
import { selfSigned } from "../../../../testing/fakes/self-signed.js";
import { openConnection } from "./open-connection.js";

const servers: Server[] = [];
const certificate = selfSigned(["media.example"]);
const here = { address: "127.0.0.1", family: 4 };
const { signal } = new AbortController();

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

const greeting = (socket: Socket): void => {
  socket.on("error", () => undefined);
  socket.end("here");
};

async function readChunk(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, "data");
  socket.destroy();
  return String(chunk);
}

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.close();
});

describe("openConnection", () => {
  it("connects to the checked addresses, without another lookup of the name", async () => {
    const port = await listen(createServer(greeting));
    const target = { hostname: "no-such-name.invalid", port, isSecure: false, addresses: [here] };
    expect(await readChunk(await openConnection(target, { signal }))).toBe("here");
  });

  it("connects with TLS to a peer with the name's certificate", async () => {
    const port = await listen(createSecureServer(certificate, greeting));
    const target = { hostname: "media.example", port, isSecure: true, addresses: [here] };
    expect(await readChunk(await openConnection(target, { signal, ca: certificate.cert }))).toBe("here");
  });

  it.each([
    ["for another name", "other.example", { ca: certificate.cert }, "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["for an address", "127.0.0.1", { ca: certificate.cert }, "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["without a trusted issuer", "media.example", {}, "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ])("rejects a certificate %s", async (_, hostname, trust, code) => {
    const port = await listen(createSecureServer(certificate, greeting));
    const target = { hostname, port, isSecure: true, addresses: [here] };
    await expect(openConnection(target, { signal, ...trust })).rejects.toMatchObject({ code });
  });

  it("connects to the second address when the first refuses", async () => {
    const port = await listen(createServer(greeting));
    // No server listens at this address.
    const addresses = [{ address: "127.0.0.2", family: 4 }, here];
    const target = { hostname: "media.example", port, isSecure: false, addresses };
    expect(await readChunk(await openConnection(target, { signal }))).toBe("here");
  });

  // The kernel refuses TCP to these addresses at once, on a machine with or without routes.
  it.each([
    ["https", "one IPv4 address", true, ["255.255.255.255"]],
    ["https", "one IPv6 address", true, ["ff02::1"]],
    ["https", "two IPv6 addresses", true, ["ff02::1", "ff02::2"]],
    ["https", "an IPv6 and an IPv4 address", true, ["ff02::1", "255.255.255.255"]],
    ["http", "one IPv4 address", false, ["255.255.255.255"]],
    ["http", "an IPv6 and an IPv4 address", false, ["ff02::1", "255.255.255.255"]],
  ])("rejects over %s when %s cannot be routed", async (_scheme, _addresses, isSecure, addresses) => {
    const target = {
      hostname: "media.example",
      port: 443,
      isSecure,
      addresses: addresses.map((address) => ({ address, family: isIP(address) })),
    };
    await expect(openConnection(target, { signal })).rejects.toMatchObject({
      code: expect.stringMatching(/^E[A-Z]+$/),
    });
  });

  it("connects to the second address when the first cannot be routed", async () => {
    const port = await listen(createSecureServer(certificate, greeting));
    const addresses = [{ address: "255.255.255.255", family: 4 }, here];
    const target = { hostname: "media.example", port, isSecure: true, addresses };
    expect(await readChunk(await openConnection(target, { signal, ca: certificate.cert }))).toBe("here");
  });

  it("rejects when its signal aborts, and closes the socket", async () => {
    const sockets: Socket[] = [];
    // The server stays silent, so the handshake never completes.
    const port = await listen(createServer((socket) => sockets.push(socket.on("error", () => undefined))));
    const stop = new AbortController();
    const target = { hostname: "media.example", port, isSecure: true, addresses: [here] };
    const opening = openConnection(target, { signal: stop.signal });
    await once(servers[0] ?? raise(), "connection");
    stop.abort(new Error("enough"));
    await expect(opening).rejects.toThrow();
    await once(sockets[0] ?? raise(), "close");
  });

  it("verifies certificates whatever the environment sets", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const port = await listen(createSecureServer(certificate, greeting));
    const target = { hostname: "media.example", port, isSecure: true, addresses: [here] };
    await expect(openConnection(target, { signal })).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });
});

function raise(): never {
  throw new Error("Expected a value.");
}
