import type { Json, JsonObject } from "@safelight/client/contract";
import type { OperationStatus, PollContext, Provider, SubmitOutcome, SubmitRequest } from "../../ports/provider.js";
import { checkAtLeast } from "../kit/check-at-least.js";
import { failed } from "../kit/failures/failed.js";
import { paidAnswer } from "../kit/paid-answer.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { namingKey } from "../kit/request/vendor-key.js";
import { resolveVendorOptions, type VendorOptions } from "../kit/vendor-options.js";
import { cancelJob } from "./cancel-job.js";
import { failureOfPrompt } from "./comfyui-failure.js";
import { type ComfyuiServer, posting, send, vendorName } from "./comfyui-server.js";
import { fillInput } from "./fill-input.js";
import { findByToken } from "./find-by-token.js";
import { findJob } from "./find-job.js";
import { listenToJob } from "./listen-to-job.js";
import { promptIdOf } from "./prompt-id.js";
import { readOutputs } from "./read-outputs.js";
import { type ComfyuiInput, type ComfyuiWorkflow, fillWorkflow, readPlaceholders } from "./workflow-template.js";

/** Where a ComfyUI is, and what to take from it. */
export interface ComfyuiOptions extends Omit<VendorOptions, "apiKey" | "baseUrl" | "mediaHosts"> {
  /**
   * The host's own server: outputs are fetched from there, by whatever name and address.
   * @default "http://127.0.0.1:8188"
   */
  readonly baseUrl?: string | undefined;
  /** Sent as `Authorization: Bearer …`, for a proxy before it: ComfyUI itself asks for no key. @default none is sent */
  readonly apiKey?: string | undefined;
  /** Sent with every request, for a proxy that wants something else. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Stored with each attempt. Give one where a chain has two servers. @default "comfyui" */
  readonly id?: string;
  /** Ids of the nodes whose files are the outputs, in this order. @default all that save a file */
  readonly outputNodes?: readonly string[];
  /**
   * How long each poll of a running job listens for its progress, in milliseconds; 0 for not at all.
   * @default 500
   */
  readonly listenMs?: number;
  /**
   * Whether to ask for rough pictures on the way, and to listen for them.
   * @default false
   */
  readonly previews?: boolean;
  /** Goes into `extra_data`, such as the key for nodes that cost something: `{ api_key_comfy_org: … }`. */
  readonly extraData?: JsonObject;
}

/**
 * A workflow on a ComfyUI of the host's own. The workflow is what ComfyUI exports in API format, with placeholders where the
 * input goes: `{{prompt}}`, `{{width:number}}`, `{{upscale:boolean}}`, `{{photo:image}}`, `{{seed:seed}}`.
 *
 * @example
 * ```ts
 * const provider = comfyui(workflow, { baseUrl: "http://gpu.internal:8188" });
 * ```
 * @throws {TypeError} for what is no workflow in API format, and for a placeholder that means nothing.
 */
export function comfyui<const Workflow extends ComfyuiWorkflow>(
  workflow: Workflow,
  options: ComfyuiOptions = {},
): Provider<ComfyuiInput<Workflow>> {
  const { apiKey, headers = {}, id = "comfyui", ...resolved } = resolveVendorOptions(options, "http://127.0.0.1:8188");
  const { extraData = {}, listenMs = 500, outputNodes = null, previews = false } = options;
  checkAtLeast(0, listenMs, "listenMs");
  const key = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const server: ComfyuiServer = { ...resolved, headers: { ...key, ...headers } };
  const placeholders = readPlaceholders(workflow);
  const listens = listenMs > 0 && typeof WebSocket === "function";

  return {
    id,
    capabilities: { resumable: true, cancel: true, webhook: false, progress: listens, partials: listens && previews },

    async submit(request: SubmitRequest<unknown>): Promise<SubmitOutcome> {
      const filled = await fillInput(server, placeholders, request);
      if ("failure" in filled) return { type: "rejected", failure: filled.failure };
      const promptId = await promptIdOf(request.token);
      const body = {
        prompt: fillWorkflow(workflow, filled.values),
        prompt_id: promptId,
        // What the server tells about the job, it tells this client alone. The oldest servers keep it where they keep no id.
        client_id: promptId,
        extra_data: { ...(previews && { preview_method: "auto" }), ...extraData },
      };
      const reply = await send(server, "/prompt", posting(body, request.signal));
      const paid = paidAnswer(vendorName, reply, (answer) => failureOfPrompt(answer, server.now()));
      if ("outcome" in paid) return namingKey(paid.outcome, null);
      const taken = fieldsOf(jsonOf(paid.answer)).prompt_id;
      return typeof taken === "string"
        ? { type: "accepted", operation: { id: taken } }
        : { type: "unknown", reason: `${vendorName} answered without the id of the job.` };
    },

    async poll(operation: Json, context: PollContext<unknown>): Promise<OperationStatus> {
      const { maxOutputBytes, signal, token } = context;
      const jobId = jobIdOf(operation);
      if (jobId === null) throw new Error(`There is no job of ${vendorName} in this operation.`);
      const job = await findJob(server, jobId, signal);
      switch (job.state) {
        case "pending":
          return { type: "queued", queuePosition: job.queuePosition };
        case "running": {
          const request = { jobId, clientId: await promptIdOf(token), workflow, listenMs, previews, signal };
          return { type: "running", ...(listens ? await listenToJob(server, request) : { progress: null }) };
        }
        case "done":
          return readOutputs(server, { jobId, outputs: job.outputs, nodes: outputNodes, maxOutputBytes, signal });
        case "failed":
          return { type: "failed", failure: job.failure };
        case "canceled":
          return { type: "canceled" };
        case "absent":
          return failed("job_lost", `${vendorName} does not know job ${jobId}.`);
      }
    },

    async cancel(operation, { signal }) {
      const jobId = jobIdOf(operation);
      return jobId === null ? "too_late" : cancelJob(server, jobId, signal);
    },

    findByToken: (token, { signal }) => findByToken(server, token, signal),
  };
}

function jobIdOf(operation: Json): string | null {
  const { id } = fieldsOf(operation);
  return typeof id === "string" && id !== "" ? id : null;
}
