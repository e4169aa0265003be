import { readBytes } from "../../bytes/read-bytes.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { MissingOutput, OperationStatus, ProviderMedia } from "../../ports/provider.js";
import { type ComfyuiServer, vendorName } from "./comfyui-server.js";

/** Options of `readOutputs`. */
export interface ReadOutputs {
  readonly jobId: string;
  /** Outputs of each node, by node id. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Nodes whose files are the outputs, in this order; `null` for all nodes. */
  readonly nodes: readonly string[] | null;
  readonly maxOutputBytes: number | undefined;
  readonly signal: AbortSignal;
}

interface ComfyuiFile {
  readonly filename: string;
  readonly subfolder: string;
  /** `output` for saved files, `temp` for previews. */
  readonly type: string;
}

/**
 * Reads the output files of a job from the server itself, which often only the host can reach.
 *
 * @throws if a retry may succeed.
 */
export async function readOutputs(server: ComfyuiServer, request: ReadOutputs): Promise<OperationStatus> {
  const files = filesOf(request);
  const outputs: (ProviderMedia | MissingOutput)[] = [];
  // One after the other, because all files are held in memory.
  for (const file of files) outputs.push(await readFile(server, { file, outputs: request }));
  if (outputs.some((output) => "bytes" in output)) return { type: "done", outputs };
  const [first] = outputs;
  const failure = first !== undefined && "failure" in first ? first.failure : noFile(request.jobId);
  return { type: "failed", failure };
}

/** Saved files, or previews if the workflow saves none. */
function filesOf({ nodes, outputs }: ReadOutputs): readonly ComfyuiFile[] {
  const ids = nodes ?? Object.keys(outputs);
  const files = ids.flatMap((id) => Object.values(asRecord(outputs[id])).flatMap(toFiles));
  const saved = files.filter(({ type }) => type === "output");
  return saved.length > 0 ? saved : files;
}

/** Images, and other files that a node lists under a key of its own. Other lists contain text and flags. */
function toFiles(list: unknown): readonly ComfyuiFile[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.flatMap((item) => {
    const { filename, subfolder, type } = asRecord(item);
    if (typeof filename !== "string") return [];
    return [{ filename, subfolder: String(subfolder ?? ""), type: String(type ?? "output") }];
  });
}

/**
 * Reads a file. ComfyUI responds with an empty 404 for one that was deleted; a 404 with a body comes from a proxy.
 *
 * @see https://github.com/Comfy-Org/ComfyUI/blob/master/server.py checked 2026-11
 */
async function readFile(
  { baseUrl, fetch = globalThis.fetch, headers }: ComfyuiServer,
  {
    file,
    outputs: { jobId, maxOutputBytes = Number.POSITIVE_INFINITY, signal },
  }: { readonly file: ComfyuiFile; readonly outputs: ReadOutputs },
): Promise<ProviderMedia | MissingOutput> {
  const query = new URLSearchParams({ ...file });
  const response = await fetch(`${baseUrl}/view?${query}`, { headers, signal, redirect: "manual" });
  if (response.status !== 200) {
    const isEmpty = (await readBytes(response.body, { maxBytes: 0 })) !== null;
    if (response.status === 404 && isEmpty)
      return { failure: { code: "result_expired", message: `${vendorName} no longer has a file of job ${jobId}.` } };
    const message = `${vendorName} responded with ${response.status} for a file of job ${jobId}.`;
    if (response.status === 404 || response.status === 429 || response.status >= 500) throw new Error(message);
    return { failure: { code: "download_failed", message } };
  }
  const bytes = await readBytes(response.body, { maxBytes: maxOutputBytes });
  if (bytes === null) {
    const message = `A file of job ${jobId} at ${vendorName} exceeds ${maxOutputBytes} bytes.`;
    return { failure: { code: "output_rejected", message } };
  }
  const [contentType = ""] = (response.headers.get("content-type") ?? "").split(";");
  return { bytes, contentType: contentType.trim() || "application/octet-stream" };
}

function noFile(jobId: string): ProviderFailure {
  return { code: "no_output", message: `Job ${jobId} at ${vendorName} has no output file.` };
}
