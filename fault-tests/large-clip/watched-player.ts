import type { Locator, Page } from "playwright";
import { barRow } from "./long-clip.js";

/** The requests of a page for one file, since the start of the watch. */
export interface FileRequests {
  /** First bytes of the requested ranges, in order; 0 for a request without a range. */
  readonly starts: number[];
  /** Bytes of all responses that the page has received. */
  receivedBytes: number;
}

/** Watches the requests of a page for the files of a generation. */
export async function watchRequests(page: Page, id: string): Promise<FileRequests> {
  const session = await page.context().newCDPSession(page);
  const requests: FileRequests = { starts: [], receivedBytes: 0 };
  const ids = new Set<string>();
  session.on("Network.requestWillBeSent", ({ request: { headers, url }, requestId }) => {
    if (!url.includes(`/${id}/outputs/0?`)) return;
    ids.add(requestId);
    requests.starts.push(Number(/bytes=(\d+)/.exec(headers.Range ?? "")?.[1] ?? 0));
  });
  session.on("Network.dataReceived", ({ dataLength, requestId }) => {
    if (ids.has(requestId)) requests.receivedBytes += dataLength;
  });
  await session.send("Network.enable");
  return requests;
}

/** The facts of a loaded clip. */
export interface LoadedClip {
  /** In seconds. */
  readonly duration: number;
  /** Width and height, in pixels. */
  readonly size: readonly number[];
  readonly hasPoster: boolean;
}

/** Waits for the metadata of a clip. */
export function loadClip(video: Locator): Promise<LoadedClip> {
  return video.evaluate(async (element: HTMLVideoElement) => {
    if (element.readyState === 0)
      await new Promise((resolve) => element.addEventListener("loadedmetadata", resolve, { once: true }));
    const { duration, poster, videoHeight, videoWidth } = element;
    return { duration, size: [videoWidth, videoHeight], hasPoster: poster !== "" };
  });
}

/** A frame of a clip. */
interface ShownFrame {
  /** In seconds. */
  readonly position: number;
  /** The row of pixels of the bar, as RGBA. */
  readonly row: readonly number[];
}

/** Plays a clip from a position until it has moved by half a second. */
export function playFrom(video: Locator, seconds: number): Promise<ShownFrame> {
  return video.evaluate(
    async (element: HTMLVideoElement, { barRow, seconds }) => {
      element.muted = true;
      element.pause();
      const sought = new Promise((resolve) => element.addEventListener("seeked", resolve, { once: true }));
      element.currentTime = seconds;
      await sought;
      await element.play();
      while (element.currentTime < seconds + 0.5)
        await new Promise((resolve) => element.addEventListener("timeupdate", resolve, { once: true }));
      element.pause();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [element.videoWidth, element.videoHeight];
      const context = canvas.getContext("2d");
      context?.drawImage(element, 0, 0);
      const row = [...(context?.getImageData(0, canvas.height - barRow, canvas.width, 1).data ?? [])];
      return { position: element.currentTime, row };
    },
    { barRow, seconds },
  );
}
