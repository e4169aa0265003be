import { describe, expect, it } from "vitest";
import { processChannel } from "./process-channel.js";

// A query string makes the module system load a second copy, as a framework does.
const copyUrl = new URL("./process-channel.ts?copy", import.meta.url).href;

describe("processChannel", () => {
  it("carries messages between two copies of the package", async () => {
    const copy: typeof import("./process-channel.js") = await import(/* @vite-ignore */ copyUrl);
    expect(copy.processChannel).not.toBe(processChannel);

    const heard: string[] = [];
    const unsubscribe = copy.processChannel<string>("copies").subscribe((message) => heard.push(message));
    processChannel<string>("copies").publish("hello");
    unsubscribe();

    expect(heard).toEqual(["hello"]);
  });

  it("keeps names apart", () => {
    const heard: string[] = [];
    const unsubscribe = processChannel<string>("one").subscribe((message) => heard.push(message));
    processChannel<string>("other").publish("hello");
    unsubscribe();
    expect(heard).toEqual([]);
  });

  it("goes quiet after unsubscribing, for that subscription alone", () => {
    const heard: string[] = [];
    const listener = (message: string): void => {
      heard.push(message);
    };
    const channel = processChannel<string>("twice");
    const first = channel.subscribe(listener);
    const second = channel.subscribe(listener);
    first();
    first();
    channel.publish("hello");
    second();
    channel.publish("nobody");
    expect(heard).toEqual(["hello"]);
  });

  it("reaches everybody although one throws, and never throws itself", () => {
    const heard: string[] = [];
    const channel = processChannel<string>("throwing");
    const unsubscribes = [
      channel.subscribe(() => {
        throw new Error("mine alone");
      }),
      channel.subscribe((message) => heard.push(message)),
    ];
    channel.publish("hello");
    for (const unsubscribe of unsubscribes) unsubscribe();
    expect(heard).toEqual(["hello"]);
  });
});
