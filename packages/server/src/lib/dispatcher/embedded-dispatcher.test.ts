import { describe, expect, it } from "vitest";
import { embeddedDispatcher } from "./embedded-dispatcher.js";

describe("embeddedDispatcher", () => {
  it("wakes every listener of the same store at once", () => {
    const woken: (string | null)[] = [];
    const stop = embeddedDispatcher({ identity: "file:a" }).onWake((id) => woken.push(id));
    embeddedDispatcher({ identity: "file:a" }).enqueue({ generationId: "gen_1", dueInMs: 0 });
    stop();
    embeddedDispatcher({ identity: "file:a" }).enqueue({ generationId: "gen_2", dueInMs: 0 });
    expect(woken).toEqual(["gen_1"]);
  });

  it("does not wake workers of other stores", () => {
    const woken: (string | null)[] = [];
    const stop = embeddedDispatcher({ identity: "file:a" }).onWake((id) => woken.push(id));
    embeddedDispatcher({ identity: "file:b" }).enqueue({ generationId: "gen_1", dueInMs: 0 });
    stop();
    expect(woken).toEqual([]);
  });

  it("publishes the delay of a generation that is due later", () => {
    const woken: unknown[] = [];
    const stop = embeddedDispatcher({ identity: "file:a" }).onWake((...wake) => woken.push(wake));
    embeddedDispatcher({ identity: "file:a" }).enqueue({ generationId: "gen_1", dueInMs: 1 });
    stop();
    expect(woken).toEqual([["gen_1", 1]]);
  });
});
