import { expect } from "vitest";
import { type TestStream, testStream } from "./event-stream.js";
import type { ArrivedRequest, ManualServer } from "./manual-server.js";

/** Asserts the requests that a test expects, in order. */
export function expectedRequests(server: ManualServer) {
  /** Awaits the next request, which must have this path. */
  const asked = async (path: string): Promise<ArrivedRequest> => {
    const request = await server.next();
    expect(request.path).toBe(`/api/generations${path}`);
    return request;
  };
  /** Awaits the next request, which must be for a stream, and responds with one without events. */
  const streamAsked = async (after: number): Promise<TestStream> => {
    const stream = testStream();
    (await asked(`/events?after=${after}`)).answer(stream.response);
    return stream;
  };
  return { asked, streamAsked };
}
