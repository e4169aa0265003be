import { AsyncLocalStorage } from "node:async_hooks";
import type { Provider, RawWebhook } from "../../src/lib/ports/provider.js";
import type { VendorOptions } from "../../src/lib/provider/kit/vendor-options.js";
import type { ProviderSubject } from "../provider-contract/bench.js";
import type { FakeVendor, PaidRequest, VendorBehavior } from "./fake-vendor.js";
import { serveVendor } from "./serve-vendor.js";

/** An adapter and its fake vendor, for `runProviderContract`. */
export interface VendorSubjectOptions<Input> {
  readonly vendor: FakeVendor;
  /** Creates the adapter. Pass all `options` to it. */
  readonly open: (
    options: { readonly [Name in "apiKey" | "baseUrl" | "mediaHosts" | "fetch"]: NonNullable<VendorOptions[Name]> },
  ) => Provider<Input>;
  /** Creates an input with this prompt. */
  readonly input: (prompt: string) => Input;
}

/** Header that carries the token of the attempt, because not every vendor receives it. */
const tokenHeader = "x-attempt-token";

/** Subject of the contract suite. The vendor is a real server, and each input selects a behavior. */
export async function vendorSubject<Input>(options: VendorSubjectOptions<Input>): Promise<ProviderSubject<Input>> {
  const { vendor, input } = options;
  const served = await serveVendor(vendor);
  const tokens = new AsyncLocalStorage<string>();
  const fetchWithToken: typeof globalThis.fetch = (address, init) => {
    const request = new Request(address, init);
    const token = tokens.getStore();
    if (token !== undefined) request.headers.set(tokenHeader, token);
    return fetch(request);
  };
  const inputs = {
    succeeding: input("a quiet lake"),
    busy: input("a busy quiet lake"),
    invalid: input("an invalid quiet lake"),
    failing: vendor.failures.length === 0 ? null : input("a failing quiet lake"),
    losing: input("a losing quiet lake"),
  };
  const paths = new Map<unknown, VendorBehavior>([
    [inputs.succeeding, { type: "succeed", runningPolls: 2 }],
    [inputs.busy, { type: "refuse", code: "rate_limited", retryAfter: "2" }],
    [inputs.invalid, { type: "refuse", code: "invalid_input" }],
    [inputs.failing, { type: "fail", code: vendor.failures[0] ?? "provider_error" }],
    [inputs.losing, { type: "lose", accepted: true }],
  ]);
  const open = (): Provider<Input> => {
    const { origin } = served;
    const provider = options.open({ apiKey: "the-key", baseUrl: origin, mediaHosts: [origin], fetch: fetchWithToken });
    return {
      ...provider,
      submit: (request) => {
        vendor.plan(paths.get(request.input) ?? { type: "succeed" });
        return tokens.run(request.token, () => provider.submit(request));
      },
    };
  };
  return {
    provider: open(),
    reopen: open,
    // The fake vendor advances by polls, not by time.
    advance: async () => {},
    // Paid requests outside of `submit` count for every token: nothing else may pay.
    paidRequests: async (token) => vendor.paid.filter((paid) => (tokenOf(paid) ?? token) === token).length,
    ...(vendor.createWebhook && { createWebhook: (token: string) => webhookOf(vendor, token) }),
    inputs,
    close: async () => {
      await served.close();
      const strays = vendor.paid.filter((paid) => tokenOf(paid) === null).length;
      if (strays > 0) throw new Error(`The vendor was paid ${strays} times outside of submit.`);
    },
  };
}

function tokenOf({ headers }: PaidRequest): string | null {
  return headers.get(tokenHeader);
}

async function webhookOf(vendor: FakeVendor, token: string): Promise<RawWebhook> {
  const paid = vendor.paid.find((one) => tokenOf(one) === token);
  const request = paid && (await vendor.createWebhook?.(paid));
  if (request === undefined) throw new Error(`The vendor has no webhook for ${token}.`);
  const { headers, method } = request;
  return { method, headers, body: new Uint8Array(await request.arrayBuffer()), token };
}
