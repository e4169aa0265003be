import { describe, expect, it } from "vitest";
import { inProcessEventBus } from "./in-process-event-bus.js";

describe("inProcessEventBus", () => {
  it("tells every listener of the same store who changed", () => {
    const heard: (string | null)[] = [];
    const stop = inProcessEventBus({ identity: "file:a" }).onHint((ownerId) => heard.push(ownerId));
    inProcessEventBus({ identity: "file:a" }).hint(["ann", "bob"]);
    inProcessEventBus({ identity: "file:b" }).hint(["eve"]);
    stop();
    inProcessEventBus({ identity: "file:a" }).hint(["late"]);
    expect(heard).toEqual(["ann", "bob"]);
  });
});
