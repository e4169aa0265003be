import type { Output } from "@safelight/client/contract";

/** File name of a downloaded output, such as `gen_….png`, or `gen_…-2.webp` for the second of several. */
export function fileNameOf(name: string, { contentType }: Output): string {
  return `${name}.${contentType.replace(/^[a-z]+\//, "").replace("jpeg", "jpg")}`;
}
