import type { WorkersAi } from "../../provider/cloudflare/run-by-binding.js";
import { fieldsOf } from "../../provider/kit/request/vendor-json.js";

/** How the binding of a test reaches the fake vendor. */
export interface CloudflareBindingTarget {
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
}

/** What `env.AI` of a Worker does: what the vendor says over HTTP comes as a value, or is thrown with its code in the text. */
export function cloudflareBinding({ baseUrl, fetch }: CloudflareBindingTarget): WorkersAi {
  return {
    run: async (model, inputs, { signal } = {}) => {
      const { body, contentType } = fieldsOf(inputs.multipart);
      const response = await fetch(`${baseUrl}/accounts/of-the-binding/ai/run/${model}`, {
        method: "POST",
        headers: { authorization: "Bearer the-key", "content-type": String(contentType ?? "application/json") },
        // The stream of a form has to be whole before Node sends it.
        body: body instanceof ReadableStream ? await new Response(body).arrayBuffer() : JSON.stringify(inputs),
        ...(signal !== undefined && { signal }),
      });
      if (response.headers.get("content-type")?.startsWith("image/") === true) return response.body;
      const { errors, result } = fieldsOf(await response.json());
      const [error] = Array.isArray(errors) ? errors : [];
      const { code, message } = fieldsOf(error);
      if (error !== undefined) throw new Error(code === undefined ? String(message) : `${code}: ${message}`);
      return result;
    },
  };
}
