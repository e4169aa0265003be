import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { crc32, deflateSync } from "node:zlib";
import { custom } from "@safelight/server/custom";

/** A provider whose images are one pixel high. Their width shows the options that made them. */
export function studio({ folder, width }) {
  return custom({
    id: "studio",
    run: async ({ input }) => {
      if (input.prompt === "held") await held(folder);
      return [{ bytes: grayPng(width), contentType: "image/png" }];
    },
  });
}

/** Creates a file when the request arrives, and waits for another file. */
async function held(folder) {
  writeFileSync(join(folder, "requested"), "");
  while (!existsSync(join(folder, "released"))) await setTimeout(50);
}

function grayPng(width) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(1, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.alloc(1 + width));
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(name, content) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
