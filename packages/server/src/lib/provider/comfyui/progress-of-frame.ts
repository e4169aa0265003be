import { asRecord } from "../../json/as-record.js";
import type { ProviderMedia } from "../../ports/provider.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { ComfyuiWorkflow } from "./workflow-template.js";

/** Larger frames are not previews. */
const maxPreviewBytes = 262_144;
/** Longer frames are not progress. In characters. */
const maxFrameLength = 1_048_576;
const previewEvent = 1;
const previewTypes: Readonly<Record<number, string>> = { 1: "image/jpeg", 2: "image/png" };
/** Sampling takes most of the time. Every other node has weight 1. */
const samplerWeight = 10;

/**
 * Progress of a whole job, from the progress of its nodes.
 *
 * @param frame JSON text.
 * @returns from 0 to 1; `null` for a frame about something else.
 */
export function progressOf(
  frame: unknown,
  { jobId, workflow }: { readonly jobId: string; readonly workflow: ComfyuiWorkflow },
): number | null {
  const text = String(frame);
  if (text.length > maxFrameLength) return null;
  const { data, type } = asRecord(jsonOf({ body: text }));
  const { nodes, prompt_id } = asRecord(data);
  if (type !== "progress_state" || prompt_id !== jobId) return null;
  const states = asRecord(nodes);
  let done = 0;
  let all = 0;
  for (const [id, { class_type }] of Object.entries(workflow)) {
    const weight = /sampler/i.test(class_type) ? samplerWeight : 1;
    all += weight;
    done += weight * partOf(asRecord(states[id]));
  }
  return all === 0 ? null : done / all;
}

/** Preview in a binary frame: four bytes of event, four of format, then the image. */
export function previewOf(frame: Uint8Array): ProviderMedia | null {
  if (frame.byteLength <= 8 || frame.byteLength > maxPreviewBytes + 8) return null;
  const view = new DataView(frame.buffer, frame.byteOffset);
  const contentType = previewTypes[view.getUint32(4)];
  if (view.getUint32(0) !== previewEvent || contentType === undefined) return null;
  return { bytes: frame.subarray(8), contentType };
}

/** From 0 to 1, also for invalid numbers. */
function partOf({ max, state, value }: Readonly<Record<string, unknown>>): number {
  if (state === "finished") return 1;
  const part = Number(value) / Number(max);
  return Number.isFinite(part) ? Math.min(Math.max(part, 0), 1) : 0;
}
