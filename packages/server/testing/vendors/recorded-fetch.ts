/** A `fetch` with canned responses, and its requests. */
export interface RecordedFetch {
  readonly fetch: typeof globalThis.fetch;
  readonly requests: readonly Request[];
}

/** For responses that no fake vendor sends, and for URLs that a test must not reach. */
export function recordedFetch(response: (request: Request) => Response | Promise<Response>): RecordedFetch {
  const requests: Request[] = [];
  return {
    requests,
    fetch: async (address, init) => {
      const request = new Request(address, init);
      requests.push(request.clone());
      return response(request);
    },
  };
}
