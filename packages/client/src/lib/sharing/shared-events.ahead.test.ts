import { describe, expect, it, onTestFinished } from "vitest";
import { hasLocks, openPage } from "../../../test/browser-pages.js";
import { expectedRequests } from "../../../test/expected-requests.js";
import { active, changes, processing } from "../../../test/generations.js";
import { manualServer, origin } from "../../../test/manual-server.js";
import { openHolder } from "../../../test/open-holder.js";
import type { ShareMessage } from "./share-message.js";

const server = manualServer({ streams: true });
const { asked, streamAsked } = expectedRequests(server);
const change = (sequence: number) => processing({ sequence, version: sequence });
const nothing = () => new Response(null, { status: 204 });

const holding = () => openHolder(streamAsked);

/** Says something to the pages that no page of a test says. */
function say(message: ShareMessage): void {
  const channel = new BroadcastChannel(`safelight:1:owner-a:${origin}/api/generations`);
  onTestFinished(() => channel.close());
  channel.postMessage(message);
}

describe.skipIf(!hasLocks)("the events of a page that was told more or less than the one who tells", () => {
  it("are asked for each time that the one who tells says less: a backup may have been brought back after the time before", async () => {
    await holding();
    const events = openPage().follow(9);
    const live = events.next();
    (await asked("/active?after=9")).answer(nothing());
    expect(await live).toBe("connection live");
    const next = events.next();
    say({ type: "who" });
    (await asked("/active?after=9")).json(changes({ sequence: 7, resync: true }));
    expect([await next, await events.next()]).toEqual(["resync", "hello 7 owner-a"]);
  });

  it("are all heard where it takes over in the middle of asking, and a replica sets it back", async () => {
    const { events } = await holding();
    const others = openPage().follow(9);
    const next = others.next();
    const question = await asked("/active?after=9");
    await events.leave();
    const stream = await streamAsked(9);
    question.json(changes({ sequence: 8, resync: true }));
    expect([await next, await others.next(), await others.next()]).toEqual([
      "resync",
      "hello 8 owner-a",
      "connection live",
    ]);
    const missed = others.next();
    (await asked("/active?after=8")).json(changes({ sequence: 9, changed: [change(9)] }));
    expect(await missed).toBe("generation gen_1 v9");
    stream.hello(9);
    expect(await others.event()).toEqual({ type: "connection", state: "live", isCurrent: false });
    expect(await others.event()).toEqual({ type: "connection", state: "live", isCurrent: true });
    const heard = others.next();
    stream.generation(change(10));
    expect(await heard).toBe("generation gen_1 v10");
  });

  it("are asked for where it tells itself, and hears less by its stream than it was told", async () => {
    const { events } = await holding();
    const others = openPage().follow(5);
    const missed = others.next();
    const question = await asked("/active?after=5");
    await events.leave();
    const stream = await streamAsked(5);
    question.json(changes({ sequence: 9, changed: [change(9)] }));
    expect(await missed).toBe("generation gen_1 v9");
    const heard: string[] = [];
    const rest = (async () => {
      while (heard.at(-1) !== "hello 5 owner-a") heard.push(await others.next());
    })();
    (await asked("/active?after=9")).answer(nothing());
    stream.hello(5);
    stream.text('event: credits\ndata: {"balance":96}\n\n');
    (await asked("/active?after=9")).json(changes({ sequence: 5, resync: true }));
    await rest;
    expect(heard.slice(-2)).toEqual(["resync", "hello 5 owner-a"]);
  });

  it("are called what they are by then where it takes over before it has read what others called them", async () => {
    await holding();
    const page = openPage();
    const events = page.follow(9);
    const live = events.next();
    (await asked("/active?after=9")).answer(nothing());
    expect(await live).toBe("connection live");
    const next = events.next();
    say({
      type: "lead",
      by: "another",
      sequence: 8,
      isHidden: true,
      latest: [{ type: "connection", state: "paused", isCurrent: true }],
    });
    const question = await asked("/active?after=9");
    await page.environment.elapse(100);
    (await streamAsked(9)).hello(9);
    question.answer(nothing());
    expect([await next, await events.next()]).toEqual(["connection paused", "connection live"]);
  });

  it("are not asked for any longer that a restored backup has undone, once the others know", async () => {
    const { events, stream } = await holding();
    const page = openPage();
    const others = page.follow(5);
    const missed = others.next();
    (await asked("/active?after=5")).json(changes({ sequence: 6, changed: [change(6)] }));
    expect(await missed).toBe("generation gen_1 v6");
    const next = others.next();
    for (const ms of [500, 1_000, 2_000, 4_000]) {
      await page.environment.elapse(ms);
      (await asked("/active?after=6")).answer(nothing());
    }
    const resync = events.next();
    stream.text('event: resync\ndata: {"sequence":2}\n\n');
    (await asked("/active")).json(active({ sequence: 2 }));
    expect(await resync).toBe("resync");
    const heard = events.next();
    const another = await streamAsked(2);
    expect(await heard).toBe("hello 2 owner-a");
    // Nobody waits any longer, nor asks for what came after.
    expect(await next).toBe("resync");
    const anew = others.next();
    await page.environment.elapse(250);
    (await asked("/active")).json(active({ sequence: 2 }));
    expect(await anew).toBe("hello 2 owner-a");
    another.hello(2);
  });
});
