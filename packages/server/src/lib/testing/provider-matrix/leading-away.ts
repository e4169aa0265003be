import type { FakeVendor } from "../vendors/fake-vendor.js";

/** Links that were changed. */
export interface LinksAway {
  away: number;
}

/** The same vendor, whose answers link to another host. There it answers as well: whoever follows a link is seen. */
export function leadingAway({ handle }: FakeVendor, links: LinksAway): Pick<FakeVendor, "handle"> {
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
