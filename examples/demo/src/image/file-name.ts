import type { Output } from "@safelight/client/contract";

/** What a picture is called once it is downloaded: `gen_….png`, of a set `gen_…-2.webp`. */
export function fileNameOf(name: string, { contentType }: Output): string {
  return `${name}.${contentType.replace(/^image\//, "").replace("jpeg", "jpg")}`;
}
