import { expect } from "vitest";
import { openPage, type TestPage } from "./browser-pages.js";
import type { TestStream } from "./event-stream.js";
import type { EventReader } from "./events.js";

/** The leader page, whose stream serves all pages of the browser. */
export interface Holder extends TestPage {
  readonly events: EventReader;
  readonly stream: TestStream;
}

/** Opens the page that holds the stream of an owner whose sequence is 7, and is current. */
export async function openHolder(streamAsked: (after: number) => Promise<TestStream>): Promise<Holder> {
  const page = openPage();
  const events = page.follow(7);
  const begun = events.next();
  const stream = await streamAsked(7);
  stream.hello(7);
  await begun;
  expect(await events.event()).toMatchObject({ state: "live", isCurrent: true });
  return { ...page, events, stream };
}
