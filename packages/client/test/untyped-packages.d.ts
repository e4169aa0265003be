/** The polyfill of `fetch` that React Native uses. The package has no declarations. */
declare module "whatwg-fetch" {
  export const fetch: typeof globalThis.fetch;
  export const Headers: typeof globalThis.Headers;
  export const Request: typeof globalThis.Request;
  export const Response: typeof globalThis.Response;
}

/** The package has no declarations. */
declare module "jsdom" {
  export class JSDOM {
    constructor(html: string, options: { readonly url: string });
    readonly window: {
      readonly XMLHttpRequest: unknown;
      readonly Blob: typeof globalThis.Blob;
      readonly console: { error: (...lines: readonly unknown[]) => void };
      close(): void;
    };
  }
}
