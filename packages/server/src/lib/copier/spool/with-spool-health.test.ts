import { expect, it, onTestFinished } from "vitest";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { openSmallVolume } from "../../../../testing/volumes/small-volume.js";
import type { FullFolderError } from "../../ports/body-spool.js";
import { fileSpool } from "./file-spool.js";
import { SpoolFolder } from "./spool-folder.js";
import { withSpoolHealth } from "./with-spool-health.js";

const megabyte = 1_048_576;

async function* body(): AsyncGenerator<Uint8Array> {
  for (let block = 0; block < 3; block += 1) yield new Uint8Array(megabyte);
}

it("rejects from the first body that finds the folder full until a body of two blocks fits", async ({ skip }) => {
  const volume = (await openSmallVolume({ sizeBytes: 8 * megabyte })) ?? skip("Mounts are not permitted here.");
  onTestFinished(() => volume.close());
  let time = 0;
  const spool = withSpoolHealth(fileSpool(new SpoolFolder(volume.folder, { now: Date.now })), () => time);
  await spool.checkWrites();
  await volume.fill(megabyte);
  await spool.checkWrites();
  await expect(spool.buffer(body())).rejects.toThrow("The folder for temporary files is full");
  await expect(spool.checkWrites()).rejects.toThrow("The folder for temporary files is full");
  time += 1_000;
  await expect(spool.checkWrites()).rejects.toThrow("The folder for temporary files is full");
  await volume.free();
  await expect(spool.checkWrites()).rejects.toThrow("The folder for temporary files is full");
  time += 1_000;
  await spool.checkWrites();
  await (await spool.buffer(body())).close();
});

it("knows a size that does not fit, and that it fits again", async ({ skip }) => {
  const volume = (await openSmallVolume({ sizeBytes: 8 * megabyte })) ?? skip("Mounts are not permitted here.");
  onTestFinished(() => volume.close());
  const spool = withSpoolHealth(fileSpool(new SpoolFolder(volume.folder, { now: Date.now })), () => 0);
  await volume.fill(4 * megabyte);
  const large = async function* (): AsyncGenerator<Uint8Array> {
    for (let block = 0; block < 9; block += 1) yield new Uint8Array(megabyte);
  };
  const byteLength = await spool.buffer(large()).then(
    () => 0,
    (error: FullFolderError) => error.byteLength,
  );
  expect(byteLength).toBeGreaterThan(4 * megabyte);
  await spool.checkRoom(2 * megabyte);
  await expect(spool.checkRoom(byteLength)).rejects.toThrow("The folder for temporary files is full");
  await volume.free();
  await spool.checkRoom(byteLength);
});

it("does not take the error of a body for one of the folder", async () => {
  const spool = withSpoolHealth(fileSpool(new SpoolFolder(await tempFolder("spool"), { now: Date.now })), () => 0);
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(2 * megabyte);
    throw new Error("The link broke off.");
  };
  await expect(spool.buffer(broken())).rejects.toThrow("The link broke off.");
  await spool.checkWrites();
});
