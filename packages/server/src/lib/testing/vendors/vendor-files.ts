import { tinyPng } from "../tiny-png.js";
import { endlessBytes } from "./endless-bytes.js";
import type { VendorBehavior } from "./fake-vendor.js";

/** Where a fake vendor keeps its files, below its own origin. */
export const filesPath = "/files/";

/** An address in the network of a host in a cloud, which tells its secrets to whoever asks from inside. */
const insideAddress = "http://169.254.169.254/latest/meta-data/";

/** Which files a job has. */
export interface JobFiles {
  /** Of the vendor, such as `http://127.0.0.1:49152`. */
  readonly origin: string;
  readonly jobId: string;
  readonly count: number;
  readonly behavior: VendorBehavior;
}

/** The addresses of the pictures that a job has made, as its behavior wants them. */
export function fileUrls({ origin, jobId, count, behavior }: JobFiles): readonly string[] {
  return Array.from({ length: count }, (_, place) => {
    if (behavior.type === "hostile" && place % 2 === 0) return insideAddress;
    return `${origin}${filesPath}${nameOf(behavior, jobId, place)}`;
  });
}

/** Answers for a file by its path. */
export function answerFile(path: string): Response {
  const name = path.slice(filesPath.length);
  if (name === "gone.png") return new Response("Gone.", { status: 404 });
  if (name === "page.html") {
    return new Response("<script>alert(document.cookie)</script>", { headers: { "content-type": "text/html" } });
  }
  const headers = { "content-type": "image/png" };
  if (name === "huge.png") return new Response(endlessBytes(tinyPng()), { headers });
  return new Response(tinyPng(shadeOf(name)).slice(), { headers });
}

function nameOf({ type }: VendorBehavior, jobId: string, place: number): string {
  if (type === "huge") return "huge.png";
  if (type === "gone") return "gone.png";
  return type === "hostile" ? "page.html" : `${jobId}-${place}.png`;
}

/** Another name, mostly another picture; the same name, the same one. */
function shadeOf(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 256, 0);
}
