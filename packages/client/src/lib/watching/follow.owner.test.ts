import { describe, expect, it } from "vitest";
import { hasLocks, openPage, type TestPage } from "../../../test/browser-pages.js";
import { testStream } from "../../../test/event-stream.js";
import { readEvents } from "../../../test/events.js";
import { expectedRequests } from "../../../test/expected-requests.js";
import { nothingLeft } from "../../../test/fake-environment.js";
import { positionAt, processing } from "../../../test/generations.js";
import { type FollowingPage, openFollower, openLeader } from "../../../test/leader-page.js";
import { manualServer } from "../../../test/manual-server.js";

const server = manualServer({ streams: true });
const requests = expectedRequests(server);
const { asked, streamOpened, streamRequested } = requests;
const ownerB = { ownerTag: "owner-b" };
const team = { ownerTag: "team-a" };
/** The delay of a page before it joins the others again. */
const rejoinMs = 250;

/** Opens a page of another owner, as a sign-in that loads the page does. */
async function openPageOfOwnerB() {
  const page = openPage();
  const events = page.follow(12, ownerB);
  const first = events.next();
  const stream = await streamOpened(12, ownerB);
  stream.begin(12, ownerB);
  expect(await first).toBe("connection live");
  return { ...page, events, stream };
}

/** Opens a page of a team, and its stream. */
async function openTeamPage() {
  const page = openPage();
  const events = readEvents(page.client, { of: "team", after: positionAt(3, team) });
  const first = events.next();
  const stream = await teamStreamOpened();
  expect(await first).toBe("connection live");
  return { ...page, events, stream };
}

async function teamStreamOpened() {
  const stream = testStream();
  (await server.next()).answer(stream.response);
  stream.begin(3, team);
  return stream;
}

/** Sends a request of a page, which is refused with 401. */
async function refuseWith401({ client }: Pick<TestPage, "client">): Promise<void> {
  const models = client.models();
  (await asked("/models")).problem("unauthenticated");
  await expect(models).rejects.toMatchObject({ code: "unauthenticated" });
}

/** Enough for a message to another page. */
const delivered = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Closes pages whose leader would otherwise close first: the next one would send a request during the next test. */
async function close(...pages: readonly FollowingPage[]): Promise<void> {
  for (const { events } of pages) await events.leave();
}

describe.skipIf(!hasLocks)("the owner of another page", () => {
  it("ends the stream of the previous owner, and each page asks the server in turn", async () => {
    const leader = await openLeader(requests);
    const follower = await openFollower();
    const { stream } = await openPageOfOwnerB();
    await expect.poll(() => leader.stream.isLeft).toBe(true);
    for (const page of [leader, follower]) {
      const next = page.events.next();
      await page.environment.elapse(rejoinMs);
      (await streamOpened(7)).snapshot(12, ownerB);
      expect(await next).toBe("snapshot 12 owner-b");
      await page.environment.elapse(rejoinMs);
    }
    stream.generation(processing({ id: "gen_b", sequence: 13, ...ownerB }));
    for (const page of [leader, follower]) expect(await page.events.next()).toBe("generation gen_b v1");
    expect(server.count).toBe(4);
    await close(leader, follower);
  });

  it("is not believed: a page whose owner the server confirms continues, and does not interrupt the other one", async () => {
    const leader = await openLeader(requests);
    const other = await openPageOfOwnerB();
    await leader.environment.elapse(rejoinMs);
    const stream = await streamOpened(7);
    stream.begin(8, { changed: [processing({ id: "gen_8", sequence: 8 })] });
    expect(await leader.events.next()).toBe("generation gen_8 v1");
    other.stream.generation(processing({ id: "gen_b", sequence: 13, ...ownerB }));
    expect(await other.events.next()).toBe("generation gen_b v1");
    await delivered();
    expect([stream.isLeft, other.stream.isLeft]).toEqual([false, false]);
    expect(server.count).toBe(3);
  });

  it("interrupts no page of the same owner", async () => {
    const { stream } = await openLeader(requests);
    await openFollower();
    await delivered();
    expect(stream.isLeft).toBe(false);
  });

  it("is noticed again after the server has confirmed the owner of a page", async () => {
    const leader = await openLeader(requests);
    const other = await openPageOfOwnerB();
    await leader.environment.elapse(rejoinMs);
    (await streamOpened(7)).begin(7);
    await other.events.leave();
    await openPageOfOwnerB();
    const next = leader.events.next();
    await leader.environment.elapse(rejoinMs);
    (await streamOpened(7)).snapshot(12, ownerB);
    expect(await next).toBe("snapshot 12 owner-b");
    await close(leader);
  });

  it("is noticed by a page that follows a team, which interrupts no page of the owner", async () => {
    const leader = await openLeader(requests);
    const page = await openTeamPage();
    await delivered();
    expect(leader.stream.isLeft).toBe(false);
    await openPageOfOwnerB();
    const refused = page.events.next();
    await page.environment.elapse(rejoinMs);
    (await server.next()).problem("forbidden");
    await expect(refused).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is asked for after any response of 401, by which each page is refused", async () => {
    const leader = await openLeader(requests);
    const follower = await openFollower();
    await refuseWith401(openPage());
    for (const page of [leader, follower]) {
      const refused = page.events.next();
      await page.environment.elapse(rejoinMs);
      (await streamRequested(7)).problem("unauthenticated");
      await expect(refused).rejects.toMatchObject({ code: "unauthenticated" });
      expect(page.environment.leftovers).toEqual(nothingLeft);
    }
    expect(server.count).toBe(4);
  });

  it("is not asked for after a response of 403, which another user may not get", async () => {
    const { stream } = await openLeader(requests);
    const refused = openPage().client.models();
    (await asked("/models")).problem("forbidden");
    await expect(refused).rejects.toMatchObject({ code: "forbidden" });
    await delivered();
    expect(stream.isLeft).toBe(false);
  });

  it("is noticed once by a page that follows a team, however many pages of that owner open", async () => {
    const page = await openTeamPage();
    await openPageOfOwnerB();
    await expect.poll(() => page.stream.isLeft).toBe(true);
    await page.environment.elapse(rejoinMs);
    const stream = await teamStreamOpened();
    expect(await openPage().follow(12, ownerB).next()).toBe("connection live");
    await delivered();
    expect(stream.isLeft).toBe(false);
    await refuseWith401(openPage());
    await expect.poll(() => stream.isLeft).toBe(true);
    await page.environment.elapse(rejoinMs);
    await teamStreamOpened();
  });

  it("is published once for each client: its next iteration interrupts no page with a session of its own", async () => {
    const leader = await openLeader(requests);
    const other = await openPageOfOwnerB();
    await leader.environment.elapse(rejoinMs);
    const stream = await streamOpened(7);
    stream.begin(7);
    const events = other.follow(12, ownerB);
    expect(await events.next()).toBe("connection live");
    await delivered();
    expect(stream.isLeft).toBe(false);
  });

  it("is asked for once, however often another page gets a 401", async () => {
    const leader = await openLeader(requests);
    const signedOut = openPage();
    await refuseWith401(signedOut);
    await leader.environment.elapse(rejoinMs);
    const stream = await streamOpened(7);
    stream.begin(7);
    await refuseWith401(signedOut);
    await delivered();
    expect(stream.isLeft).toBe(false);
  });

  it("is asked for once, however often a route refuses a page whose stream the server opens", async () => {
    const leader = await openLeader(requests);
    await refuseWith401(leader);
    await leader.environment.elapse(rejoinMs);
    const stream = await streamOpened(7);
    stream.begin(8, { changed: [processing({ id: "gen_8", sequence: 8 })] });
    expect(await leader.events.next()).toBe("generation gen_8 v1");
    await refuseWith401(leader);
    await delivered();
    expect(stream.isLeft).toBe(false);
  });

  it("is asked for again after the page has been refused, and has signed in", async () => {
    const page = await openLeader(requests);
    await refuseWith401(page);
    const refused = page.events.next();
    await page.environment.elapse(rejoinMs);
    (await streamRequested(7)).problem("unauthenticated");
    await expect(refused).rejects.toMatchObject({ code: "unauthenticated" });
    const events = page.follow(7);
    const first = events.next();
    const stream = await streamOpened(7);
    stream.begin(7);
    expect(await first).toBe("connection live");
    await refuseWith401(page);
    await expect.poll(() => stream.isLeft).toBe(true);
    await page.environment.elapse(rejoinMs);
    (await streamOpened(7)).begin(7);
  });
});
