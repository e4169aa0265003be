import type { UploadOptions } from "../call-options.js";
import { onAbort } from "./abort.js";

/**
 * Creates a `fetch` that reports the sent share of its body, from 0 to 1. It uses `XMLHttpRequest`, since the global `fetch`
 * reports none. It falls back to the global `fetch` without `XMLHttpRequest`, and to omit cookies, which that cannot.
 */
export function progressFetch(onProgress: (sent: number) => void): NonNullable<UploadOptions["fetch"]> {
  return (url, init) => {
    if (typeof XMLHttpRequest === "undefined" || init.credentials === "omit") return fetch(url, init);
    return send(url, { init, onProgress });
  };
}

function send(
  url: string,
  { init, onProgress }: { readonly init: RequestInit; readonly onProgress: (sent: number) => void },
): Promise<Response> {
  const { body, credentials, headers, method = "GET", signal } = init;
  const request = new XMLHttpRequest();
  return new Promise<Response>((resolve, reject) => {
    const unsubscribe = onAbort(signal ?? undefined, (reason) => {
      request.abort();
      reject(reason);
    });
    if (signal?.aborted) return;
    request.open(method, url);
    request.withCredentials = credentials === "include";
    for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      if (lengthComputable && !signal?.aborted) onProgress(total === 0 ? 1 : loaded / total);
    };
    request.onload = () => resolve(responseOf(request));
    request.onerror = () => reject(new TypeError("Failed to fetch"));
    request.onloadend = unsubscribe;
    // The body of a transport is a string or a `Blob`.
    request.send(body as XMLHttpRequestBodyInit | null);
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const { response, status } = request;
  const lines = request
    .getAllResponseHeaders()
    .trim()
    .split(/[\r\n]+/);
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trim()];
  });
  // The constructor refuses a body with these, even an empty one.
  const isEmpty = status === 204 || status === 304;
  return new Response(isEmpty ? null : response, { status, headers: headers.filter(([name]) => name !== "") });
}
