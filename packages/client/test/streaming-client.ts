import { expect } from "vitest";
import { readEvents } from "./events.js";
import type { expectedRequests } from "./expected-requests.js";
import { active } from "./generations.js";
import { testClient } from "./test-client.js";

/** Clients that follow an owner whose sequence is 7. */
export function streamingClient({ asked, streamOpened }: ReturnType<typeof expectedRequests>) {
  /** Up to the request for a stream. */
  const following = async () => {
    const made = testClient();
    const events = readEvents(made.client);
    const first = events.next();
    (await asked("/active")).json(active({ sequence: 7 }));
    expect([await first, await events.next()]).toEqual(["snapshot 7 owner-a", "connection live"]);
    return { ...made, events };
  };
  /** With an open stream that has sent its first frame. */
  const streaming = async () => {
    const made = await following();
    const stream = await streamOpened(7);
    stream.begin(7);
    await made.environment.timer(25_000);
    return { ...made, stream };
  };
  return { following, streaming };
}
