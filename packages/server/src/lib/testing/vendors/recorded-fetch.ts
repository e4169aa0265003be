/** A fetch that a test answers, and what it was asked. */
export interface RecordedFetch {
  readonly fetch: typeof globalThis.fetch;
  readonly requests: readonly Request[];
}

/** For answers that no fake vendor gives, and for addresses that no test may reach. */
export function recordedFetch(answer: (request: Request) => Response | Promise<Response>): RecordedFetch {
  const requests: Request[] = [];
  return {
    requests,
    fetch: async (address, init) => {
      const request = new Request(address, init);
      requests.push(request.clone());
      return answer(request);
    },
  };
}
