import { expect } from "vitest";
import { maxWaitSeconds } from "../src/lib/contract/limits.js";
import { type TestStream, testStream } from "./event-stream.js";
import { positionAt } from "./generations.js";
import type { ArrivedRequest, ManualServer } from "./manual-server.js";

/** The rest of a position that a request continues from. `undefined`: the request does not have it. */
type PositionFields = Parameters<typeof positionAt>[1];

/** Asserts the requests that a test expects, in order. */
export function expectedRequests(server: ManualServer) {
  /** Awaits the next request, which must have this path. */
  const asked = async (path: string): Promise<ArrivedRequest> => {
    const request = await server.next();
    expect(request.path).toBe(`/api/generations${path}`);
    return request;
  };
  const askedFrom = async (
    path: string,
    { sequence, fields, wait }: { sequence: number; fields?: PositionFields; wait?: number },
  ): Promise<ArrivedRequest> => {
    const request = await server.next();
    const { pathname, searchParams } = new URL(request.path, "http://server");
    const { ownerTag, timeline } = positionAt(sequence, fields);
    const expected = { after: sequence, owner: ownerTag, timeline, wait };
    const query = Object.entries(expected).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`],
    );
    expect([pathname, ...[...searchParams].map((pair) => pair.join("="))]).toEqual([
      `/api/generations${path}`,
      ...query,
    ]);
    return request;
  };
  /** Awaits the next request, which must be a poll for the changes after this position. */
  const polled = (sequence: number, fields?: PositionFields): Promise<ArrivedRequest> =>
    askedFrom("/active", { sequence, fields });
  /** Awaits the next request, which must be a long poll for the changes after this position. */
  const longPolled = (sequence: number, fields?: PositionFields): Promise<ArrivedRequest> =>
    askedFrom("/active", { sequence, fields, wait: maxWaitSeconds });
  /** Awaits the next request, which must be for a stream after this position. */
  const streamRequested = (sequence: number, fields?: PositionFields): Promise<ArrivedRequest> =>
    askedFrom("/events", { sequence, fields });
  /** Awaits the next request, which must be for a stream, and responds with a stream without frames. */
  const streamOpened = async (sequence: number, fields?: PositionFields): Promise<TestStream> => {
    const stream = testStream();
    (await streamRequested(sequence, fields)).answer(stream.response);
    return stream;
  };
  return { asked, polled, longPolled, streamRequested, streamOpened };
}

/** The response of `GET /active?after=` if nothing changed. */
export const nothing = (): Response => new Response(null, { status: 204 });
