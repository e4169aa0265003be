import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { resolveName } from "./resolve-name.js";

const sockets: Socket[] = [];

/** The bytes of the address of a record type, or what happens instead. A type without bytes has no record. */
type Answer = { readonly [type: number]: readonly number[] | "silence" } | "unknown name" | "failure";

interface Names {
  readonly [name: string]: Answer | Promise<Answer>;
}

const typeA = 1;
const typeAaaa = 28;
const [ipv4, ipv6] = [
  [192, 0, 2, 7],
  [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
];

/** A name server with these names; its address as `Resolver.setServers` takes it. */
async function nameServer(names: Names, onQuery: (type: number) => void = () => {}): Promise<readonly string[]> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  socket.on("message", async (query, { address, port }) => {
    const { end, name, type } = readQuestion(query);
    onQuery(type);
    const answer = await (names[name] ?? "unknown name");
    if (typeof answer !== "string" && answer[type] === "silence") return;
    socket.send(toResponse(query.subarray(0, end), { answer, type }), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return [`127.0.0.1:${socket.address().port}`];
}

/** RFC 1035, section 4.1: a header of 12 bytes, labels with their lengths, the type and the class. */
function readQuestion(query: Buffer) {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), type: query.readUInt16BE(at + 1), end: at + 5 };
}

const flags = { answer: 0x8180, failure: 0x8182, "unknown name": 0x8183 };

function toResponse(question: Buffer, { answer, type }: { answer: Answer; type: number }): Buffer {
  const response = Buffer.from(question);
  const address = typeof answer === "string" || answer[type] === "silence" ? undefined : answer[type];
  response.writeUInt16BE(flags[typeof answer === "string" ? answer : "answer"], 2);
  response.writeUInt16BE(address === undefined ? 0 : 1, 6);
  response.writeUInt16BE(0, 10);
  if (address === undefined) return response;
  // The name of the question, the type, the class IN, a time to live of a minute.
  const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, address.length, ...address]);
  return Buffer.concat([response, record]);
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

describe("resolveName", () => {
  it("resolves a name to its addresses of both families", async () => {
    const servers = await nameServer({ "media.example": { [typeA]: ipv4, [typeAaaa]: ipv6 } });
    expect(await resolveName("media.example", { servers })).toEqual([
      { address: "192.0.2.7", family: 4 },
      { address: "2001:db8::7", family: 6 },
    ]);
  });

  it("resolves a name with addresses of one family", async () => {
    const servers = await nameServer({ "media.example": { [typeAaaa]: ipv6 } });
    expect(await resolveName("media.example", { servers })).toEqual([{ address: "2001:db8::7", family: 6 }]);
  });

  it("resolves a name whose queries for one family get no response, without a second try", async () => {
    const queries: number[] = [];
    const names = { "media.example": { [typeA]: ipv4, [typeAaaa]: "silence" } } as const;
    const servers = await nameServer(names, (type) => queries.push(type));
    expect(await resolveName("media.example", { servers })).toEqual([{ address: "192.0.2.7", family: 4 }]);
    expect(queries.toSorted()).toEqual([typeA, typeAaaa]);
  });

  it("is not delayed by forty names without a response", async () => {
    let respond: (answer: Answer) => void = () => undefined;
    const silence = new Promise<Answer>((resolve) => {
      respond = resolve;
    });
    const silent = Array.from({ length: 40 }, (_, index) => `${index}.silent.example`);
    const servers = await nameServer({
      "media.example": { [typeA]: ipv4 },
      ...Object.fromEntries(silent.map((name) => [name, silence])),
    });
    const ended: string[] = [];
    const others = silent.map((name) => resolveName(name, { servers }).finally(() => ended.push(name)));
    await resolveName("media.example", { servers });
    // In a thread, as the names of `fetch`.
    await resolveName("localhost");
    expect(ended).toEqual([]);
    respond({ [typeA]: ipv4 });
    await Promise.all(others);
  });

  it.each<[string, string, Answer]>([
    ["a name that no name server knows", "unknown.invalid", "unknown name"],
    ["a name without a dot", "unknown", "failure"],
  ])("looks up %s on this machine", async (_, name, answer) => {
    const servers = await nameServer({ [name]: answer });
    await expect(resolveName(name, { servers })).rejects.toMatchObject({ syscall: "getaddrinfo" });
  });

  it("prefers the hosts file of this machine to the name servers", async () => {
    const servers = await nameServer({ "pinned.invalid": { [typeA]: ipv4 }, "media.invalid": { [typeA]: ipv4 } });
    const hostsFile = join(await tempFolder("hosts"), "hosts");
    await writeFile(hostsFile, "127.0.0.1 localhost\n198.51.100.7\tcdn.invalid Pinned.invalid # staging\n");
    expect(await resolveName("media.invalid", { servers, hostsFile })).toEqual([{ address: "192.0.2.7", family: 4 }]);
    // The system resolver reads its own file, which does not have the name.
    await expect(resolveName("pinned.invalid", { servers, hostsFile })).rejects.toMatchObject({
      syscall: "getaddrinfo",
    });
  });

  it("throws when the name servers fail, without a lookup in a thread", async () => {
    const servers = await nameServer({ "media.example": "failure" });
    await expect(resolveName("media.example", { servers })).rejects.toMatchObject({
      code: "ESERVFAIL",
      syscall: "queryA",
    });
  });
});
