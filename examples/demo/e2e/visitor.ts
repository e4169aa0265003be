import type { BrowserContext } from "playwright";

/** Requests of a context's visitor to the API, without a page. */
export function visitorOf({ request }: BrowserContext, url: string) {
  const api = `${url}/api/generations`;
  return {
    /** Submits to the model `demo`: one step and 256 px by default. @returns the id of the generation. */
    submit: async (input: { readonly prompt: string; readonly steps?: number }): Promise<string> => {
      const response = await request.post(api, {
        data: { model: "demo", input: { steps: 1, size: 256, ...input } },
        // A keep-alive connection may be closed by the server just as it is reused: retry with the same key.
        headers: { "idempotency-key": crypto.randomUUID() },
        maxRetries: 3,
      });
      if (response.status() !== 202) {
        throw new Error(`The submit failed with ${response.status()}: ${await response.text()}`);
      }
      return (await response.json()).generation.id;
    },

    cancel: async (id: string): Promise<void> => {
      const response = await request.post(`${api}/${id}/cancel`, { data: {} });
      if (!response.ok()) throw new Error(`The cancel failed with ${response.status()}.`);
    },

    delete: async (id: string): Promise<void> => {
      const response = await request.delete(`${api}/${id}`);
      if (!response.ok()) throw new Error(`The deletion failed with ${response.status()}.`);
    },

    /** Waits until a generation is in the vendor's queue. It then emits no change until its first step. */
    waitForQueue: async (id: string): Promise<void> => {
      for (let isQueued = false; !isQueued; ) {
        const response = await request.get(`${api}/${id}`);
        const { queuePosition, value } = (await response.json()).generation.progress;
        isQueued = queuePosition !== null || value !== null;
      }
    },

    /** Waits until all generations have ended. */
    waitForEnds: async (ids: readonly string[]): Promise<void> => {
      for (const id of ids) {
        let status = "pending";
        while (status === "pending" || status === "processing") {
          const response = await request.get(`${api}/${id}?wait=5`);
          if (response.ok()) status = (await response.json()).generation.status;
        }
      }
    },
  };
}
