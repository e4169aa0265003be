import { asRecord } from "../../src/lib/json/as-record.js";
import type { WorkersAi } from "../../src/lib/provider/cloudflare/run-by-binding.js";

/** Access of the binding to the fake vendor. */
export interface CloudflareBindingTarget {
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * A Worker's `env.AI`. It returns the result of an HTTP response as a value, and throws an error with its code in the
 * message.
 */
export function cloudflareBinding({ baseUrl, fetch }: CloudflareBindingTarget): WorkersAi {
  return {
    run: async (model, inputs, { signal } = {}) => {
      const { body, contentType } = asRecord(inputs.multipart);
      const response = await fetch(`${baseUrl}/accounts/of-the-binding/ai/run/${model}`, {
        method: "POST",
        headers: { authorization: "Bearer the-key", "content-type": String(contentType ?? "application/json") },
        // Node can send the form only once it is complete.
        body: body instanceof ReadableStream ? await new Response(body).arrayBuffer() : JSON.stringify(inputs),
        ...(signal !== undefined && { signal }),
      });
      if (response.headers.get("content-type")?.startsWith("image/") === true) return response.body;
      const { errors, result } = asRecord(await response.json());
      const [error] = Array.isArray(errors) ? errors : [];
      const { code, message } = asRecord(error);
      if (error !== undefined) throw new Error(code === undefined ? String(message) : `${code}: ${message}`);
      return result;
    },
  };
}
