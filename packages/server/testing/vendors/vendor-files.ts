import { tinyMp4, tinyWav } from "../media/tiny-media.js";
import { tinyPng } from "../tiny-png.js";
import { endlessBytes } from "./endless-bytes.js";
import type { VendorBehavior } from "./fake-vendor.js";

/** Path of the files of a fake vendor. */
export const filesPath = "/files/";

/** Metadata service of a cloud host, which returns credentials to any process inside the network. */
const insideAddress = "http://169.254.169.254/latest/meta-data/";

/** Files of a job. */
export interface JobFiles {
  /** Origin of the vendor, such as `http://127.0.0.1:49152`. */
  readonly origin: string;
  readonly jobId: string;
  readonly count: number;
  readonly behavior: VendorBehavior;
  /** Type of the files. @default "png" */
  readonly extension?: "png" | "mp4" | "wav";
}

/** URLs of the files of a job, as its behavior requires. */
export function fileUrls({ origin, jobId, count, behavior, extension = "png" }: JobFiles): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    if (behavior.type === "hostile" && index % 2 === 0) return insideAddress;
    return `${origin}${filesPath}${nameOf(behavior, `${jobId}-${index}.${extension}`)}`;
  });
}

/** Response for a file path. */
export function fileResponse(path: string): Response {
  const name = path.slice(filesPath.length);
  if (name === "gone.png") return new Response("Gone.", { status: 404 });
  if (name === "page.html") {
    return new Response("<script>alert(document.cookie)</script>", { headers: { "content-type": "text/html" } });
  }
  if (name.endsWith(".mp4")) {
    return new Response(tinyMp4({ shade: shadeOf(name) }), { headers: { "content-type": "video/mp4" } });
  }
  if (name.endsWith(".wav")) {
    return new Response(tinyWav({ shade: shadeOf(name) }), { headers: { "content-type": "audio/x-wav" } });
  }
  const headers = { "content-type": "image/png" };
  if (name === "huge.png") return new Response(endlessBytes(tinyPng()), { headers });
  return new Response(tinyPng(shadeOf(name)).slice(), { headers });
}

function nameOf({ type }: VendorBehavior, usual: string): string {
  if (type === "huge") return "huge.png";
  if (type === "gone") return "gone.png";
  return type === "hostile" ? "page.html" : usual;
}

/** The same name always gives the same shade; different names usually differ. */
function shadeOf(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 256, 0);
}
