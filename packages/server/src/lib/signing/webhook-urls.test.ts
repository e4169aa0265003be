import { describe, expect, it } from "vitest";
import { createKeyRing } from "./key-ring.js";
import { createWebhookUrls } from "./webhook-urls.js";

const base = "https://example.com/api/generations";
const target = {
  generationId: "gen_01900000-0000-7000-8000-000000000001",
  attempt: 12,
  providerId: "a vendor/of mine",
};

function urlsBy(...secrets: readonly string[]) {
  return createWebhookUrls({ base, keyRing: createKeyRing(async () => secrets) });
}

describe("createWebhookUrls", () => {
  it("creates a URL whose token resolves to its target", async () => {
    const urls = urlsBy("secret");
    const url = (await urls.urlOf(target)) ?? "";
    const [providerId = "", token = ""] = url.slice(`${base}/webhooks/`.length).split("/");
    expect(await urls.targetOf(decodeURIComponent(providerId), token)).toEqual(target);
  });

  it("returns null for a host without a public URL", async () => {
    const urls = createWebhookUrls({ base: null, keyRing: createKeyRing(async () => ["secret"]) });
    expect(await urls.urlOf(target)).toBeNull();
  });

  it.each([
    ["another provider", { ...target, providerId: "another" }],
    ["another attempt", { ...target, attempt: 1 }],
    ["another generation", { ...target, generationId: "gen_01900000-0000-7000-8000-000000000002" }],
  ])("rejects a token for %s than it was signed for", async (_what, { providerId, attempt, generationId }) => {
    const urls = urlsBy("secret");
    const signature = (await urls.urlOf(target))?.split(".").at(-1);
    expect(await urls.targetOf(target.providerId, `${target.generationId}.${target.attempt}.${signature}`)).toEqual(
      target,
    );
    expect(await urls.targetOf(providerId, `${generationId}.${attempt}.${signature}`)).toBeNull();
  });

  it("rejects the same signature in another encoding", async () => {
    const urls = urlsBy("secret");
    const token = (await urls.urlOf(target))?.split("/").at(-1) ?? "";
    // The last character of 32 bytes has two unused bits.
    const respelled = token.replace(/.$/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1));
    expect(atob(toBase64(respelled))).toBe(atob(toBase64(token)));
    expect(await urls.targetOf(target.providerId, respelled)).toBeNull();
  });

  it("accepts a token that any of its secrets signed, and no other", async () => {
    const token = (await urlsBy("old").urlOf(target))?.split("/").at(-1) ?? "";
    expect(await urlsBy("new", "old").targetOf(target.providerId, token)).toEqual(target);
    expect(await urlsBy("new").targetOf(target.providerId, token)).toBeNull();
  });
});

/** The signature of a token, as `atob` takes it. */
function toBase64(token: string): string {
  return (token.split(".").at(-1) ?? "").replaceAll("-", "+").replaceAll("_", "/");
}
