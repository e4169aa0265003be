import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { chromium } from "playwright";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { toNodeHandler } from "../../packages/server/src/lib/http/mount/node-handler.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import { fileStorage } from "../../packages/server/src/lib/storage/file-storage.js";
import { folderVendor } from "../../packages/server/test/folder-vendor.js";
import { anyInput } from "../../packages/server/testing/fakes/any-input.js";
import { findHeadlessChromium } from "../../scripts/find-chromium.js";
import type { CopyWorld } from "./copy-clips.js";

/** The result of playing a clip in a browser. */
export interface PlayedClip {
  /** Position after a seek, in seconds. */
  readonly soughtTo: number;
  /** Position after some time of playback from 0, in seconds. */
  readonly playedTo: number;
  /** Width and height, in pixels. */
  readonly size: readonly number[];
}

/** Serves the clip of a generation by the router, and seeks and plays it in Chromium. `null` without a browser. */
export async function playClip({ folder, store }: CopyWorld, id: string): Promise<PlayedClip | null> {
  const executablePath = findHeadlessChromium(process.env);
  if (executablePath === null) return null;
  const provider = folderVendor(join(folder, "vendor"), "http://127.0.0.1/clip.mp4");
  const safelight = createSafelight({
    store,
    storage: fileStorage(join(folder, "media")),
    identify: () => "ada",
    models: { demo: defineModel({ provider, input: anyInput, credits: 4, kind: "video" }) },
    secret: "a secret that is long enough for a proof",
  });
  const generation = await safelight.api.get({ ownerId: "ada" }, id);
  const url = generation.status === "completed" ? generation.outputs[0].url : "";
  const handle = toNodeHandler(safelight);
  const server = createServer((request, response) => {
    if (request.url !== "/") return handle(request, response);
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><title>A clip</title><video src="${url}" controls muted preload="metadata"></video>`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    // The address of a TCP server is an object.
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await page.locator("video").evaluate(async (video: HTMLVideoElement) => {
      const event = (name: string) => new Promise((resolve) => video.addEventListener(name, resolve, { once: true }));
      if (video.readyState === 0) await event("loadedmetadata");
      const sought = event("seeked");
      video.currentTime = 2.5;
      await sought;
      const soughtTo = video.currentTime;
      video.currentTime = 0;
      await video.play();
      while (video.currentTime < 0.3) await event("timeupdate");
      return { soughtTo, playedTo: video.currentTime, size: [video.videoWidth, video.videoHeight] };
    });
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
