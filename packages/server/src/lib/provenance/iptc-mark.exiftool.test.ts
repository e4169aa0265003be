import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { avifSequence } from "../../../testing/provenance/avif-fixtures.js";
import { mediaFixtures } from "../../../testing/provenance/media-fixtures.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { blobFrom } from "../bytes/blob-from.js";
import type { MarkFacts } from "../ports/mark.js";
import { iptcMark } from "./iptc-mark.js";

const run = promisify(execFile);
const hasExiftool = await run("exiftool", ["-ver"]).then(
  () => true,
  () => false,
);
// sharp cannot decode a sequence, so the other tests leave it out.
const sequence = { name: "an AVIF sequence", contentType: "image/avif", bytes: avifSequence };
const fixtures = [...(await mediaFixtures()), sequence];
const suffixes: Readonly<Record<string, string>> = {
  "video/quicktime": "mov",
  "image/jpeg": "jpg",
  "audio/mp4": "m4a",
};
const facts: Omit<MarkFacts, "contentType"> = {
  digitalSourceType: "compositeWithTrainedAlgorithmicMedia",
  system: "Acme Studio",
  generationId: "gen_01890a5d-ac96-774b-bcce-b302099a8057",
  model: "flux",
  createdAt: Date.UTC(2026, 10, 29),
  index: 0,
  part: "output",
};

const expected = {
  "XMP-iptcExt:DigitalSourceType":
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
  "XMP-iptcExt:AISystemUsed": "Acme Studio",
  "XMP-xmp:CreateDate": "2026:11:29 00:00:00.000Z",
  "XMP-xmpMM:DocumentID": facts.generationId,
};

// Debian's package `libimage-exiftool-perl`.
describe.skipIf(!hasExiftool)(`iptcMark, read by exiftool${hasExiftool ? "" : " (skipped: install exiftool)"}`, () => {
  it("is valid in each format, also beside the XMP that exiftool wrote", async () => {
    const folder = await tempFolder("exiftool");
    const files = fixtures.map(({ contentType, ...fixture }, at) => {
      const suffix = suffixes[contentType] ?? contentType.split("/")[1];
      return { ...fixture, contentType, path: join(folder, `${at}.${suffix}`) };
    });
    const paths = files.map(({ path }) => path);
    const mark = async () => {
      for (const { contentType, path } of files) {
        const file = await iptcMark()(blobFrom(await readFile(path)), { ...facts, contentType });
        await writeFile(path, new Uint8Array(await file.arrayBuffer()));
      }
    };
    const write = async () => {
      for (const { bytes, path } of files) await writeFile(path, bytes);
    };
    const read = async (): Promise<readonly unknown[]> =>
      JSON.parse((await run("exiftool", ["-j", "-G1", "-XMP:all", "-Error", ...paths])).stdout);

    await write();
    await mark();
    for (const [at, tags] of (await read()).entries()) expect(tags, files[at]?.name).toMatchObject(expected);

    await write();
    // exiftool itself cannot write an AVIF without a box of data.
    const titled = paths.filter((_, at) => files[at]?.name !== "an AVIF with an image in its metadata");
    await run("exiftool", ["-overwrite_original", "-XMP-dc:Title=Straße", ...titled]);
    await mark();
    for (const [at, tags] of (await read()).entries()) {
      const title = titled.includes(paths[at] ?? "") ? { "XMP-dc:Title": "Straße" } : {};
      expect(tags, files[at]?.name).toMatchObject({ ...expected, ...title });
    }
  });
});
