import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser } from "../../demo/e2e/browser.ts";
import { createStaff } from "../local/create-staff.ts";
import { type Cluster, startCluster } from "../local/start-cluster.ts";
import { password, StudioPage } from "./studio-page.ts";

// One story, in order: the tests share a cluster and a browser, and each continues where the one before has ended.

const ada = "ada@studio.example";
const bob = "bob@studio.example";
const staff = { email: "staff@studio.example", password };
const lighthouse = "A lighthouse at dusk";

let cluster: Cluster;
let browser: Browser;
let page: StudioPage;

before(async () => {
  cluster = await startCluster({
    port: 0,
    host: "127.0.0.1",
    dataFolder: null,
    webs: 2,
    workers: 1,
    environment: { STUDIO_STEP_MS: "150" },
    onEvent: () => {},
  });
  browser = await launchBrowser();
  page = await StudioPage.open(browser, cluster.url);
});

after(async () => {
  await browser?.close();
  await cluster?.stop();
});

test("a visitor signs up, and sees the next step", async () => {
  await page.isAccessible("the sign-in");
  await page.signIn(ada, "a wrong password");
  await page.page.getByText("The address or the password is wrong.").waitFor();
  await page.signUp("Ada", ada);
  await page.hasCredits(10);
  await page.page.getByText("Nothing yet. Describe your first image above").waitFor();
  await page.isAccessible("the empty history");
});

test("a pack is credited once, however often Stripe sends its events, and a refund debits its share", async () => {
  await page.visit("Credits");
  await page.isAccessible("the credits");
  await page.page.getByRole("button", { name: "Buy Roll for $6.00" }).click();
  await page.page.getByRole("button", { name: "Pay" }).click();
  await page.page.getByText("Thank you! Your credits arrive in a moment.").waitFor();
  await page.hasCredits(70);
  assert(cluster.stripe.events.responses.length >= 2);
  assert.deepEqual([...new Set(cluster.stripe.events.responses)], [200]);
  const refund = { id: "re_1", amount: 200, payment_intent: cluster.stripe.payments.payments.at(-1)?.id };
  await cluster.stripe.events.send("refund.created", refund);
  await page.hasCredits(50);
  await cluster.stripe.events.send("refund.failed", refund);
  await page.hasCredits(70);
  const forged = await page.page.request.post("/api/shop/events", {
    headers: { "stripe-signature": `t=${Math.floor(Date.now() / 1_000)},v1=${"0".repeat(64)}` },
    data: { type: "checkout.session.completed", data: { object: { payment_status: "paid", payment_intent: "pi_1" } } },
  });
  assert.equal(forged.status(), 400);
});

test("an image develops through a reload, and its label says that it was generated", async () => {
  await page.visit("Create");
  await page.generate(lighthouse);
  await page.card(lighthouse, "processing").waitFor();
  await page.page.reload();
  await page.card(lighthouse, "completed").getByText("Generated").waitFor();
  await page.hasCredits(66);
});

test("a prompt with a blocked word is refused and refunded", async () => {
  await page.generate("A lake of gore");
  const refused = page.card("A lake of gore", "failed");
  await refused.getByText("4 credits refunded").waitFor();
  await page.hasCredits(66);
  await page.isAccessible("the history");
});

test("an image becomes the start of a reel", async () => {
  await page.card(lighthouse, "completed").getByRole("button", { name: lighthouse }).click();
  await page.page.getByRole("button", { name: "Animate" }).click();
  await page.page.getByRole("button", { name: "Generate 20 credits" }).click();
  await page.card(lighthouse, "completed").locator("video").waitFor();
  await page.hasCredits(46);
});

test("a collection is shared with the members of its team only", async () => {
  await page.visit("Team");
  await page.page.getByLabel("New team").fill("Acme");
  await page.page.getByRole("button", { name: "Create team" }).click();
  await page.page.getByLabel("Invite by e-mail").fill(bob);
  await page.page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.page.getByRole("button", { name: `Copy link for ${bob}` }).waitFor();
  await page.isAccessible("the team");
  await page.visit("Collections");
  await page.page.getByLabel("New collection").fill("Autumn");
  await page.page.getByLabel("Visible to").selectOption("Everyone in Acme");
  await page.page.getByRole("button", { name: "Create", exact: true }).click();
  await page.page.getByRole("link", { name: "Autumn" }).waitFor();
  await page.visit("Create");
  await page.card(lighthouse, "completed").last().getByRole("button", { name: lighthouse }).click();
  await page.page.getByRole("button", { name: "Add to collection" }).click();
  await page.page.getByText("Added.").waitFor();
  await page.page.keyboard.press("Escape");

  const invitation = await invitationLink();
  const guest = await StudioPage.open(browser, cluster.url);
  await guest.page.goto(invitation);
  await guest.signUp("Bob", bob);
  await guest.visit("Collections");
  await guest.page.getByText("No collections yet.").waitFor();
  await guest.page.goto(invitation);
  await guest.page.getByRole("button", { name: "Join" }).click();
  await guest.page.getByRole("link", { name: "Autumn" }).click();
  const image = guest.page.getByRole("img", { name: lighthouse });
  await image.waitFor();
  await guest.page.waitForFunction(
    (element) => (element as HTMLImageElement).naturalWidth > 0,
    await image.elementHandle(),
  );
  assert.equal(await guest.page.getByRole("button", { name: /Remove|Delete/ }).count(), 0);
  await guest.isAccessible("a shared collection");
  // The images of a member are that member's own.
  await guest.visit("Create");
  await guest.page.getByText("Nothing yet.").waitFor();
  assert.deepEqual(guest.problems, []);
  await refusesGuest(guest);
  await guest.context.close();
});

test("an offline page shows that it is offline, and continues once it is online", async () => {
  await page.context.setOffline(true);
  await page.page.getByText("You are offline.").waitFor();
  await page.context.setOffline(false);
  await page.page.getByText("You are offline.").waitFor({ state: "detached" });
  await page.visit("Credits");
});

test("only staff can open the operator page", async () => {
  assert.equal((await page.page.goto("/admin"))?.status(), 404);
  await createStaff(cluster.environment, staff);
  const operator = await StudioPage.open(browser, cluster.url);
  await operator.signIn(staff.email, staff.password);
  await operator.page.getByRole("link", { name: "Operate" }).click();
  await operator.page.getByRole("heading", { level: 1 }).waitFor();
  assert.match(operator.page.url(), /\/admin/);
  const { status, userId } = await paysAfterLeaving();
  assert.equal(status, 200);
  const headers = { accept: "application/json" };
  const account = await operator.page.request.get(`/admin/accounts?id=${userId}`, { headers });
  assert.equal((await account.json()).balance, null);
  await operator.context.close();
});

test("no page had an error", () => assert.deepEqual(page.problems, []));

/** Sends the requests that the page of a member does not offer, and those of a member who has left the team. */
async function refusesGuest({ page: { request } }: StudioPage): Promise<void> {
  const api = "/api/collections";
  const { collections } = await (await request.get(api)).json();
  const path = `${api}/${collections[0].id}`;
  const { items } = await (await request.get(path)).json();
  const item = `${path}/items/${items[0].generationId}`;
  const own = await (await request.post(api, { data: { name: "Mine", organizationId: null } })).json();
  const added = await request.put(`${api}/${own.collection.id}/items/${items[0].generationId}`);
  assert.equal(added.status(), 409, "the generation of another member");
  assert.equal((await request.delete(item)).status(), 403);
  assert.equal((await request.put(`${path}/sharing`, { data: { organizationId: null } })).status(), 403);
  assert.equal((await request.delete(path)).status(), 403);
  const elsewhere = { data: { name: "Theirs", organizationId: "an organization without Bob" } };
  assert.equal((await request.post(api, elsewhere)).status(), 403);
  const organizationId = collections[0].organizationId;
  const headers = { origin: cluster.url };
  // A collection of the guest shows the image of a member while both are in the team, and in no other team.
  const shared = await (await request.post(api, { data: { name: "Winter", organizationId } })).json();
  const winter = `${api}/${shared.collection.id}`;
  const addsItem = async () =>
    assert.equal((await page.page.request.put(`${winter}/items/${items[0].generationId}`)).status(), 204);
  const countItems = async () => (await (await request.get(winter)).json()).items.length;
  await addsItem();
  assert.equal(await countItems(), 1);
  const rivals = await request.post("/api/auth/organization/create", {
    headers,
    data: { name: "Rivals", slug: "rivals" },
  });
  const moved = await request.put(`${winter}/sharing`, { data: { organizationId: (await rivals.json()).id } });
  assert.equal(moved.status(), 204);
  assert.equal(await countItems(), 0);
  await request.put(`${winter}/sharing`, { data: { organizationId } });
  await addsItem();
  const left = await request.post("/api/auth/organization/leave", { headers, data: { organizationId } });
  assert.equal(left.status(), 200);
  assert.equal((await request.get(path)).status(), 404);
  assert.equal((await request.get(winter)).status(), 404);
  const outside = await browser.newContext();
  assert.equal((await outside.request.get(`${cluster.url}${path}`)).status(), 401);
  await outside.close();
}

/** Deletes an account while its payment page is open, and then pays. Returns the status that Stripe received. */
async function paysAfterLeaving(): Promise<{ readonly status: number | undefined; readonly userId: string }> {
  const guest = await StudioPage.open(browser, cluster.url);
  await guest.signUp("Cleo", "cleo@studio.example");
  const { request } = guest.page;
  const { user } = await (await request.get("/api/auth/get-session")).json();
  const { url } = await (await request.post("/api/shop/checkout", { data: { pack: "roll" } })).json();
  await guest.page.goto(url);
  const headers = { origin: cluster.url };
  assert.equal((await request.post("/api/auth/delete-user", { headers, data: { password } })).status(), 200);
  await guest.page.getByRole("button", { name: "Pay" }).click();
  await guest.page.waitForURL(/payment=done/);
  await guest.context.close();
  return { status: cluster.stripe.events.responses.at(-1), userId: user.id };
}

/** The link that the team's page copies. */
async function invitationLink(): Promise<string> {
  const response = await page.page.request.get("/api/auth/organization/list");
  const [{ id }] = await response.json();
  const full = await page.page.request.get(`/api/auth/organization/get-full-organization?organizationId=${id}`);
  const { invitations } = await full.json();
  return `/join/${invitations[0].id}`;
}
