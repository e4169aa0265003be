import { describe, expect, it } from "vitest";
import { localPeers } from "./local-peers.js";

const live = () => new AbortController().signal;

describe("localPeers", () => {
  it("gives a lock to one after the other", async () => {
    const peers = localPeers();
    const first = await peers.lock("a", { steal: false, signal: live() });
    const order: string[] = [];
    const second = peers.lock("a", { steal: false, signal: live() }).then((lock) => {
      order.push("second");
      lock?.release();
    });
    const third = peers.lock("a", { steal: false, signal: live() }).then(() => order.push("third"));
    const other = await peers.lock("b", { steal: false, signal: live() });
    expect(other).not.toBeNull();
    expect(order).toEqual([]);
    first?.release();
    await Promise.all([second, third]);
    expect(order).toEqual(["second", "third"]);
  });

  it("gives none to who does not want it any more, before or while it waits", async () => {
    const peers = localPeers();
    const given = new AbortController();
    given.abort();
    expect(await peers.lock("a", { steal: false, signal: given.signal })).toBeNull();
    const first = await peers.lock("a", { steal: false, signal: live() });
    const waits = new AbortController();
    const waiting = peers.lock("a", { steal: false, signal: waits.signal });
    const third = peers.lock("a", { steal: false, signal: live() });
    waits.abort();
    expect(await waiting).toBeNull();
    first?.release();
    expect(await third).not.toBeNull();
  });

  it("tells the others what is said, and nobody who has left", async () => {
    const peers = localPeers();
    const heard: string[] = [];
    const rooms = ["ann", "bob", "cem"].map((name) => peers.join("a", (message) => heard.push(`${name}: ${message}`)));
    peers.join("b", () => heard.push("another room"));
    rooms[0]?.post("hello");
    rooms[2]?.close();
    await Promise.resolve();
    expect(heard).toEqual(["bob: hello"]);
  });
});
