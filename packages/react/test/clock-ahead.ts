import type { TestServer } from "./test-server.js";

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Shifts every timestamp in the server's responses, as if its clock were `ms` ahead of the device's. */
export function clockAhead({ fetch }: Pick<TestServer, "fetch">, ms: number): Pick<TestServer, "fetch"> {
  return {
    async fetch(request) {
      const response = await fetch(request);
      const text = await response.text();
      if (text === "") return response;
      const shifted = JSON.parse(text, (_, value: unknown) =>
        typeof value === "string" && instant.test(value) ? new Date(Date.parse(value) + ms).toISOString() : value,
      );
      return new Response(JSON.stringify(shifted), response);
    },
  };
}
