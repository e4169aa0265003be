import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright";

const here = import.meta.dirname;
const page = readFileSync(join(here, "documented.md"), "utf8");
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);

/** The command of the page that serves the built app. */
export const productionCommand = blocks[1] ?? "";

/** Runs the first block of the page except its last command, which is `npm run dev`, with the packed packages. */
export function createStarter(change: (commands: string) => string = (commands) => commands): void {
  const [create = ""] = blocks;
  assert.match(create, /npx --yes @safelight\/server init .*\nnpm run dev\n$/);
  assert.equal(blocks.length, 2, "the page has a command that no test runs");
  const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const packed = Object.entries<string>(dependencies).flatMap(([name, at]) =>
    name.startsWith("@safelight/") ? [at] : [],
  );
  const commands = change(create)
    .replace(
      "npx --yes @safelight/server init", // Without a manifest, npm would install into the host's folder.
      `test -e package.json || echo "{}" > package.json\nnpm install ${packed.join(" ")}\nnpx safelight init`,
    )
    .replace("npm run dev\n", "");
  const quiet = { npm_config_audit: "false", npm_config_fund: "false", npm_config_prefer_offline: "true" };
  // `XDG_CONFIG_HOME`: otherwise `--yes` of create-next-app reuses the choices of the last run.
  const env = { ...process.env, ...quiet, XDG_CONFIG_HOME: join(here, ".config") };
  execFileSync("sh", ["-ec", commands], { cwd: here, env, stdio: "inherit" });
}

/** Starts Chromium. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  return chromium.launch({
    args: ["--no-sandbox", "--disable-gpu"],
    ...(executablePath && { executablePath }),
  });
}

/** Signs in as a new user, and makes a poster. Returns the page. */
export async function makePoster(browser: Browser, url: string): Promise<Page> {
  const visitor = await browser.newPage();
  visitor.setDefaultTimeout(600_000);
  await visitor.goto(url);
  await signIn(visitor, "Ann!");
  await visitor.getByText("Use letters, digits, spaces and . @ _ + - (at most 64).").waitFor();
  await signIn(visitor, "Ann B");
  await visitor.getByText("100 credits").waitFor();
  await visitor.getByLabel("Prompt").fill("a red fox");
  await visitor.getByRole("button", { name: "Develop" }).click();
  await visitor.getByText("96 credits").waitFor();
  await visitor.getByRole("region", { name: "History" }).getByRole("img", { name: "a red fox" }).waitFor();
  return visitor;
}

/** Buys credits, cancels, reloads, and signs in as another user. */
export async function useAccounts(browser: Browser, url: string): Promise<void> {
  const visitor = await makePoster(browser, url);
  await visitor.getByRole("button", { name: "Done with it" }).click();
  await visitor.getByRole("button", { name: "Buy 50" }).click();
  await visitor.getByText("146 credits").waitFor();
  const history = visitor.getByRole("region", { name: "History" });
  await visitor.reload();
  await history.getByRole("img", { name: "a red fox" }).waitFor();
  await visitor.getByLabel("Prompt").fill("a blue whale, slow");
  await visitor.getByRole("button", { name: "Develop" }).click();
  await visitor.getByText("1 developing").waitFor();
  await visitor.reload();
  await visitor.getByRole("button", { name: "Cancel" }).click();
  await visitor.getByText("Canceled. Your credits are back.").waitFor();
  await visitor.getByText("146 credits").waitFor();

  await visitor.getByRole("button", { name: "Sign out" }).click();
  await signIn(visitor, "ben");
  await visitor.getByText("100 credits").waitFor();
  await history.getByText("No posters yet.").waitFor();
  assert.equal(await visitor.getByRole("img").count(), 0);
}

/** Sends requests by hand: a form of another site, a repeated payment, and sessions that the server did not sign. */
export async function checkRoutes(url: string): Promise<void> {
  const send = (path: string, { cookie = "", body }: { readonly cookie?: string; readonly body: unknown }) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(body),
    });
  const form = await fetch(`${url}/api/session`, { method: "POST", body: '{ "user": "mallory" }' });
  assert.deepEqual([form.ok, form.headers.getSetCookie()], [false, []], "a form of another site signs the visitor in");
  const signedIn = await send("/api/session", { body: { user: "cleo" } });
  const [cookie = ""] = signedIn.headers.getSetCookie().map((line) => line.split(";")[0]);
  const buy = async () => (await send("/api/buy", { cookie, body: { paymentId: "p1" } })).json();
  assert.deepEqual([await buy(), await buy()], [{ balance: 150 }, { balance: 150 }]);
  const forged = cookie.replace(/=\w+/, `=${Buffer.from("ann").toString("base64url")}`);
  for (const wrong of ["", forged, "session=a.b.c"]) {
    assert.equal((await send("/api/buy", { cookie: wrong, body: { paymentId: "p2" } })).status, 401);
    const active = await fetch(`${url}/api/generations/active`, { headers: { cookie: wrong } });
    assert.equal(active.status, 401);
  }
}

async function signIn(visitor: Page, user: string): Promise<void> {
  await visitor.getByLabel("Name").fill(user);
  await visitor.getByRole("button", { name: "Sign in" }).click();
}
