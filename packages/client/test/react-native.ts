import { JSDOM } from "jsdom";
import { onTestFinished, vi } from "vitest";
import {
  Headers as NativeHeaders,
  Request as NativeRequest,
  Response as NativeResponse,
  fetch as xhrFetch,
} from "whatwg-fetch";

/** Sends in place of the native code. */
const nativeFetch = fetch;

/**
 * Replaces `fetch`, `Request`, `Response` and `Headers` by those of React Native until the test finishes: its `fetch`
 * resolves with the whole body, and its responses have no `body`.
 */
export function stubReactNative(origin: string): void {
  vi.stubGlobal("XMLHttpRequest", new JSDOM("", { url: origin }).window.XMLHttpRequest);
  const globals = { fetch: xhrFetch, Headers: NativeHeaders, Request: NativeRequest, Response: NativeResponse };
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  onTestFinished(() => void vi.unstubAllGlobals());
}

/** Major versions of `expo` whose `fetch` differs. */
export type ExpoVersion = 54 | 55 | 58;

/**
 * `fetch` of `expo/fetch`, by the source of `expo`: 52 to 54 take only a string, 55 takes a `Request` and loses the body of
 * React Native's, and 56 and later take its body from a private field. The response is no `Response`, and has a `body`.
 */
export function expoFetch(version: ExpoVersion) {
  return async (input: string | Request, init: RequestInit = {}): Promise<Response> => {
    const isRequest = version > 54 && typeof input === "object";
    const from: Partial<Request> & { readonly _bodyInit?: BodyInit } = isRequest ? input : {};
    const url: unknown = isRequest ? input.url : input;
    const body = init.body ?? (version === 55 ? from.body : from._bodyInit) ?? null;
    const signal = init.signal ?? from.signal ?? null;
    if (signal?.aborted) throw new Error("fetch failed: The operation was aborted.");
    if (typeof url !== "string") throw new Error("fetch failed: Cannot convert the first argument to a string.");
    const headers = [...new Headers(init.headers ?? from.headers)];
    try {
      const method = init.method ?? from.method ?? "GET";
      // Native headers and streams do not depend on the polyfilled globals. The model has the members of a `Response` that
      // the client uses, and is no instance of it, as in `expo/fetch`.
      return new FetchResponse(await nativeFetch(url, { method, headers, body, signal })) as unknown as Response;
    } catch (error) {
      throw new Error(`fetch failed: ${error}`);
    }
  };
}

/** The members of `FetchResponse` of `expo/fetch`. */
class FetchResponse {
  readonly type = "default";
  readonly status: number;
  readonly url: string;
  readonly #native: Response;
  #body: ReadableStream<Uint8Array> | null = null;

  constructor(native: Response) {
    this.#native = native;
    this.status = native.status;
    this.url = native.url;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get headers(): Headers {
    return new Headers([...this.#native.headers]);
  }

  get body(): ReadableStream<Uint8Array> {
    this.#body ??= this.#openBody();
    return this.#body;
  }

  #openBody(): ReadableStream<Uint8Array> {
    const reader = this.#native.body?.getReader();
    return new ReadableStream(
      {
        async pull(controller) {
          const { done = true, value } = (await reader?.read()) ?? {};
          if (done || value === undefined) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader?.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  text(): Promise<string> {
    return this.#native.text();
  }

  clone(): never {
    throw new Error("Not implemented");
  }
}
