import type { FakeVendor } from "../vendors/fake-vendor.js";

/** Counter of changed links. */
export interface ForeignLinks {
  away: number;
}

/** The same vendor with links to another host name, which reaches the same server, so that a request to it is recorded. */
export function withForeignLinks({ handle }: FakeVendor, links: ForeignLinks): Pick<FakeVendor, "handle"> {
  return {
    handle: async (request) => {
      const response = await handle(request);
      if (response.headers.get("content-type")?.startsWith("application/json") !== true) return response;
      const { origin } = new URL(request.url);
      const parts = (await response.text()).split(origin);
      links.away += parts.length - 1;
      const { headers, status } = response;
      return new Response(parts.join(origin.replace("127.0.0.1", "localhost")), { headers, status });
    },
  };
}
