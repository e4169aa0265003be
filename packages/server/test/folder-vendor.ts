import { appendFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Provider } from "../src/lib/ports/provider.js";
import { tinyPng } from "../testing/tiny-png.js";

/** Duration of a job, in milliseconds. */
const jobMs = 1_000;
const pollAfterMs = 60;

/**
 * A vendor whose jobs are files of a folder, so that they survive a killed host. Each paid request appends a line.
 *
 * @param options.clip URL of the resulting video. @default an image, without a link
 * @param options.outputs number of outputs of a job. @default 1
 */
export function folderVendor(
  folder: string,
  { clip, outputs = 1 }: { readonly clip?: string | undefined; readonly outputs?: number } = {},
): Provider<unknown> {
  const startOf = async (token: string): Promise<number | null> => {
    const found = await stat(join(folder, token)).catch(() => null);
    return found?.birthtimeMs ?? null;
  };
  const output = { bytes: tinyPng(), contentType: "image/png" };
  const result = clip === undefined ? output : { url: clip };
  return {
    id: "folder",
    ...(clip !== undefined && { mediaHosts: [new URL(clip).origin] }),
    capabilities: { resumable: true, cancel: false, webhook: false, progress: true, previews: true },
    submit: async ({ generationId, token }) => {
      await mkdir(folder, { recursive: true });
      await appendFile(join(folder, token), `${generationId}\n`);
      return { type: "accepted", operation: { token } };
    },
    poll: async (_operation, { token }) => {
      const startedAt = await startOf(token);
      if (startedAt === null)
        return { type: "failed", failure: { code: "job_lost", message: "There is no such job." } };
      // A slow process receives a preview, too: the end of its generation then has bytes to delete.
      const isFirst = await writeFile(join(folder, `${token}.polled`), "", { flag: "wx" }).then(
        () => true,
        () => false,
      );
      const progress = isFirst ? 0 : (Date.now() - startedAt) / jobMs;
      if (progress < 1) return { type: "running", progress, pollAfterMs, preview: output };
      return { type: "done", outputs: Array.from({ length: outputs }, () => result) };
    },
    findByToken: async (token) =>
      (await startOf(token)) === null ? { type: "absent" } : { type: "found", operation: { token } },
  };
}

/** Number of paid requests for a generation. */
export async function paidFor(folder: string, generationId: string): Promise<number> {
  const files = await Promise.all((await readdir(folder)).map((token) => readFile(join(folder, token), "utf8")));
  return files.flatMap((text) => text.split("\n")).filter((line) => line === generationId).length;
}
