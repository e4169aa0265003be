import { describe, expect, it } from "vitest";
import { processChannel } from "./process-channel.js";

// A query string makes the module system load a second copy, as a framework does.
const copyUrl = new URL("./process-channel.ts?copy", import.meta.url).href;

describe("processChannel", () => {
  it("publishes between two copies of the package", async () => {
    const copy: typeof import("./process-channel.js") = await import(/* @vite-ignore */ copyUrl);
    expect(copy.processChannel).not.toBe(processChannel);

    const received: string[] = [];
    const unsubscribe = copy.processChannel<string>("copies").subscribe((message) => received.push(message));
    processChannel<string>("copies").publish("hello");
    unsubscribe();

    expect(received).toEqual(["hello"]);
  });

  it("separates channels by name", () => {
    const received: string[] = [];
    const unsubscribe = processChannel<string>("one").subscribe((message) => received.push(message));
    processChannel<string>("other").publish("hello");
    unsubscribe();
    expect(received).toEqual([]);
  });

  it("ends only the subscription that was unsubscribed", () => {
    const received: string[] = [];
    const listener = (message: string): void => {
      received.push(message);
    };
    const channel = processChannel<string>("twice");
    const first = channel.subscribe(listener);
    const second = channel.subscribe(listener);
    first();
    first();
    channel.publish("hello");
    second();
    channel.publish("unsubscribed");
    expect(received).toEqual(["hello"]);
  });

  it("calls all subscribers although one throws, and never throws", () => {
    const received: string[] = [];
    const channel = processChannel<string>("throwing");
    const unsubscribes = [
      channel.subscribe(() => {
        throw new Error("the subscriber failed");
      }),
      channel.subscribe((message) => received.push(message)),
    ];
    channel.publish("hello");
    for (const unsubscribe of unsubscribes) unsubscribe();
    expect(received).toEqual(["hello"]);
  });
});
