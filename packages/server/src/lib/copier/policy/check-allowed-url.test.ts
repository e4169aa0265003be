import { describe, expect, it } from "vitest";
import { checkAllowedUrl } from "./check-allowed-url.js";

const hosts = ["v3.fal.media", "*.replicate.delivery", "BÜCHER.example", "http://127.0.0.1:8188", "https://Cdn.lan/"];
const check = (url: string, rules: readonly string[] = hosts) => checkAllowedUrl(new URL(url), rules);

describe("checkAllowedUrl", () => {
  it.each([
    "https://v3.fal.media/files/a.png?sig=1",
    "https://V3.FAL.MEDIA:443/files/a.png",
    "https://pbxt.replicate.delivery/a",
    "https://a.b.replicate.delivery/a",
    "https://xn--bcher-kva.example/",
    "https://bücher.example/",
  ])("allows a listed host at public addresses: %s", (url) => {
    expect(check(url)).toEqual({ type: "allowed", at: "public addresses" });
  });

  it.each([
    "http://127.0.0.1:8188/view?filename=a.png",
    "http://0x7f.1:8188/",
    "http://2130706433:8188/",
    "https://cdn.lan/a",
    "https://CDN.lan:443/a",
  ])("allows a listed origin at any address: %s", (url) => {
    expect(check(url)).toEqual({ type: "allowed", at: "any address" });
  });

  it.each([
    ["a host that is not listed", "https://fal.media/"],
    ["the parent domain of a wildcard", "https://replicate.delivery/"],
    ["a subdomain of a host without a wildcard", "https://a.v3.fal.media/"],
    ["a host with a listed domain as its suffix", "https://evilreplicate.delivery/"],
    ["a host with a listed host as its prefix", "https://v3.fal.media.evil.example/"],
    ["a host with a subdomain of a wildcard as its prefix", "https://a.replicate.delivery.evil.example/"],
    ["a host with a trailing dot", "https://v3.fal.media./"],
    ["a listed host in the path", "https://evil.example/v3.fal.media"],
    ["an address in decimal", "https://2130706433/"],
    ["an address in octal", "https://0177.0.0.1/"],
    ["an address in hexadecimal", "https://0x7f000001/"],
    ["a short address", "https://127.1/"],
    ["an address in full-width digits", "https://１２７.０.０.１/"],
    ["an IPv4-mapped address", "https://[::ffff:127.0.0.1]/"],
    ["a metadata service", "https://metadata.google.internal/computeMetadata/v1/"],
  ])("refuses %s", (_, url) => {
    expect(check(url)).toEqual({ type: "refused", reason: expect.stringContaining("mediaHosts") });
  });

  it.each([
    ["a user", "https://user@v3.fal.media/", "a user"],
    ["a password", "https://:password@v3.fal.media/", "a user"],
    ["a user at a listed origin", "http://user@127.0.0.1:8188/", "a user"],
    ["another port", "https://v3.fal.media:8443/", "port"],
    ["the port of another scheme", "https://v3.fal.media:80/", "port"],
    ["http", "http://v3.fal.media/", "scheme"],
    ["http on the port of https", "http://v3.fal.media:443/", "scheme"],
    ["another port of a listed origin", "http://127.0.0.1:8189/", "scheme"],
    ["another scheme at a listed origin", "https://127.0.0.1:8188/", "port"],
    ["a listed origin with another name", "http://localhost:8188/", "scheme"],
    ["a file", "file:///etc/passwd", "scheme"],
    ["a file on a host", "file://v3.fal.media/a", "scheme"],
    ["another scheme", "ftp://v3.fal.media/a", "scheme"],
    ["a WebSocket scheme", "ws://v3.fal.media/a", "scheme"],
    ["a data URL", "data:image/png;base64,", "scheme"],
  ])("refuses %s", (_, url, reason) => {
    expect(check(url)).toEqual({ type: "refused", reason: expect.stringContaining(reason) });
  });

  it.each(["http://127.0.0.1:8189", "https://v3.fal.media:8443"])("suggests the origin %s for mediaHosts", (origin) => {
    expect(check(`${origin}/a?sig=secret`)).toEqual({
      type: "refused",
      reason: expect.stringMatching(new RegExp(`, and the provider's mediaHosts do not contain the origin ${origin}$`)),
    });
  });

  it.each([
    ["no rule", "https://v3.fal.media/", []],
    ["a single star", "https://v3.fal.media/", ["*", "*.", "*.*", "*.*.media"]],
    ["a star in the middle", "https://v3.fal.media/", ["v3.*.media", "v*.fal.media"]],
    ["an empty rule", "https://v3.fal.media/", ["", " "]],
    ["a star before a host with a trailing dot", "https://evil.example./", ["*."]],
    ["a host with a port", "https://v3.fal.media/", ["v3.fal.media:8443"]],
    ["a host with a path", "https://v3.fal.media/files", ["v3.fal.media/files"]],
    ["a star before an invalid host", "https://evil.null/", ["*.a/b"]],
    ["a host with a user", "https://v3.fal.media/", ["user@v3.fal.media"]],
    ["a URL with a path", "https://v3.fal.media/files", ["https://v3.fal.media/files"]],
    ["a URL with a query", "https://v3.fal.media/", ["https://v3.fal.media/?all"]],
    ["a URL with a user", "https://v3.fal.media/", ["https://user@v3.fal.media"]],
    ["an opaque origin", "file:///etc/passwd", ["file://", "null"]],
    ["another scheme", "ftp://v3.fal.media/", ["ftp://v3.fal.media"]],
  ])("allows nothing by %s", (_, url, rules) => {
    expect(check(url, rules)).toMatchObject({ type: "refused" });
  });
});
