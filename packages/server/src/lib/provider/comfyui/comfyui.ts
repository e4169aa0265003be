import type { Json, JsonObject } from "@safelight/client/contract";
import { asRecord } from "../../json/as-record.js";
import { checkOptionNames } from "../../model/check-option-names.js";
import type { OperationStatus, PollContext, Provider, SubmitOutcome, SubmitRequest } from "../../ports/provider.js";
import { checkMin } from "../kit/check-min.js";
import { failed } from "../kit/failures/failed.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { withKeyHint } from "../kit/request/vendor-key.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { submitOutcomeOf } from "../kit/submit-outcome.js";
import { resolveVendorOptions, type VendorOptions, vendorOptionNames } from "../kit/vendor-options.js";
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

/** Options of the adapter. */
export interface ComfyuiOptions extends Omit<VendorOptions, "apiKey" | "baseUrl" | "mediaHosts"> {
  /**
   * URL of the host's ComfyUI server. Outputs are also read from it.
   * @default "http://127.0.0.1:8188"
   */
  readonly baseUrl?: string | undefined;
  /** Sent as `Authorization: Bearer …` for a proxy. ComfyUI itself needs no key. @default no header */
  readonly apiKey?: string | undefined;
  /** Headers of every request, for a proxy that needs others. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Provider id, stored with each attempt. Set it if a model fails over between two servers. @default "comfyui" */
  readonly id?: string;
  /** Ids of the nodes whose files are the outputs, in this order. @default all nodes that save a file */
  readonly outputNodes?: readonly string[];
  /**
   * Duration for which each poll of a running job listens for progress, in milliseconds; 0 to never listen.
   * @default 500
   */
  readonly listenMs?: number;
  /**
   * Whether to request and report previews.
   * @default false
   */
  readonly previews?: boolean;
  /** Added to `extra_data`, such as the key for paid nodes: `{ api_key_comfy_org: … }`. */
  readonly extraData?: JsonObject;
}

/**
 * Provider for a workflow on the host's own ComfyUI server. The workflow is exported from ComfyUI in API format, with
 * placeholders for the input: `{{prompt}}`, `{{width:number}}`, `{{upscale:boolean}}`, `{{photo:image}}`,
 * `{{seed:seed}}`.
 *
 * @example
 * ```ts
 * const provider = comfyui(workflow, { baseUrl: "http://gpu.internal:8188" });
 * ```
 * @throws {TypeError} if the workflow is not in API format, and for an invalid placeholder.
 */
export function comfyui<const Workflow extends ComfyuiWorkflow>(
  workflow: Workflow,
  options: ComfyuiOptions = {},
): Provider<ComfyuiInput<Workflow>> {
  checkOptionNames<ComfyuiOptions>(options, {
    where: "comfyui",
    names: {
      ...vendorOptionNames,
      headers: true,
      id: true,
      outputNodes: true,
      listenMs: true,
      previews: true,
      extraData: true,
    },
  });
  const {
    apiKey,
    headers = {},
    id = "comfyui",
    ...resolved
  } = resolveVendorOptions(options, {
    vendor: "ComfyUI",
    variable: null,
    baseUrl: "http://127.0.0.1:8188",
  });
  const { extraData = {}, listenMs = 500, outputNodes = null, previews = false } = options;
  checkMin(0, { value: listenMs, name: "listenMs" });
  const key = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const server: ComfyuiServer = { ...resolved, headers: { ...key, ...headers } };
  const placeholders = readPlaceholders(workflow);
  const listens = listenMs > 0 && typeof WebSocket === "function";

  return {
    id,
    limits: resolveLimits(options.limits, { key: id }),
    capabilities: { resumable: true, cancel: true, webhook: false, progress: listens, previews: listens && previews },

    async submit(request: SubmitRequest<unknown>): Promise<SubmitOutcome> {
      const filled = await fillInput(server, { placeholders, request });
      if ("failure" in filled) return { type: "rejected", failure: filled.failure };
      const promptId = await promptIdOf(request.token);
      const body = {
        prompt: fillWorkflow(workflow, filled.values),
        prompt_id: promptId,
        // ComfyUI reports progress only to this client. The oldest servers ignore `prompt_id` but store the client id.
        client_id: promptId,
        extra_data: { ...(previews && { preview_method: "auto" }), ...extraData },
      };
      const result = await send(server, { path: "/prompt", init: posting(body, request.signal) });
      const paid = submitOutcomeOf(vendorName, {
        result,
        failureOf: (response) => failureOfPrompt(response, server.now()),
      });
      if ("outcome" in paid) return withKeyHint(paid.outcome, null);
      const taken = asRecord(jsonOf(paid.response)).prompt_id;
      return typeof taken === "string"
        ? { type: "accepted", operation: { id: taken } }
        : { type: "unknown", reason: `${vendorName} returned no job id.` };
    },

    async poll(operation: Json, context: PollContext<unknown>): Promise<OperationStatus> {
      const { maxOutputBytes, signal, token } = context;
      const jobId = jobIdOf(operation);
      if (jobId === null) throw new Error(`The operation is not one of ${vendorName}'s.`);
      const job = await findJob(server, { id: jobId, signal });
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
          return failed("job_lost", `${vendorName} did not find job ${jobId}.`);
      }
    },

    async cancel(operation, { signal }) {
      const jobId = jobIdOf(operation);
      return jobId === null ? "too_late" : cancelJob(server, { id: jobId, signal });
    },

    findByToken: (token, { signal }) => findByToken(server, { token, signal }),
  };
}

function jobIdOf(operation: Json): string | null {
  const { id } = asRecord(operation);
  return typeof id === "string" && id !== "" ? id : null;
}
