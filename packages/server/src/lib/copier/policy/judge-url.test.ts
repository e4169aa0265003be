import { describe, expect, it } from "vitest";
import { judgeUrl } from "./judge-url.js";

const hosts = ["v3.fal.media", "*.replicate.delivery", "BÜCHER.example", "http://127.0.0.1:8188", "https://Cdn.lan/"];
const judge = (url: string, rules: readonly string[] = hosts) => judgeUrl(new URL(url), rules);

describe("judgeUrl", () => {
  it.each([
    "https://v3.fal.media/files/a.png?sig=1",
    "https://V3.FAL.MEDIA:443/files/a.png",
    "https://pbxt.replicate.delivery/a",
    "https://a.b.replicate.delivery/a",
    "https://xn--bcher-kva.example/",
    "https://bücher.example/",
  ])("allows a named host at public addresses: %s", (url) => {
    expect(judge(url)).toEqual({ type: "allowed", at: "public addresses" });
  });

  it.each([
    "http://127.0.0.1:8188/view?filename=a.png",
    "http://0x7f.1:8188/",
    "http://2130706433:8188/",
    "https://cdn.lan/a",
    "https://CDN.lan:443/a",
  ])("allows a named origin at any address: %s", (url) => {
    expect(judge(url)).toEqual({ type: "allowed", at: "any address" });
  });

  it.each([
    ["a host that is not named", "https://fal.media/"],
    ["one above a named host", "https://replicate.delivery/"],
    ["one below a host without a wildcard", "https://a.v3.fal.media/"],
    ["one that ends alike", "https://evilreplicate.delivery/"],
    ["one that begins alike", "https://v3.fal.media.evil.example/"],
    ["one that a host below a wildcard begins", "https://a.replicate.delivery.evil.example/"],
    ["one with a dot at its end", "https://v3.fal.media./"],
    ["a name in the path", "https://evil.example/v3.fal.media"],
    ["an address in decimal", "https://2130706433/"],
    ["an address in octal", "https://0177.0.0.1/"],
    ["an address in hexadecimal", "https://0x7f000001/"],
    ["a short address", "https://127.1/"],
    ["an address in full-width digits", "https://１２７.０.０.１/"],
    ["a mapped address", "https://[::ffff:127.0.0.1]/"],
    ["a name of metadata", "https://metadata.google.internal/computeMetadata/v1/"],
  ])("refuses %s", (_, url) => {
    expect(judge(url)).toEqual({ type: "refused", why: expect.stringContaining("mediaHosts") });
  });

  it.each([
    ["a user", "https://user@v3.fal.media/", "a user"],
    ["a password", "https://:password@v3.fal.media/", "a user"],
    ["a user at a named origin", "http://user@127.0.0.1:8188/", "a user"],
    ["another port", "https://v3.fal.media:8443/", "port"],
    ["the port of another scheme", "https://v3.fal.media:80/", "port"],
    ["http", "http://v3.fal.media/", "scheme"],
    ["http on the port of https", "http://v3.fal.media:443/", "scheme"],
    ["another port of a named origin", "http://127.0.0.1:8189/", "scheme"],
    ["another scheme at a named origin", "https://127.0.0.1:8188/", "port"],
    ["a named origin by another name", "http://localhost:8188/", "scheme"],
    ["a file", "file:///etc/passwd", "scheme"],
    ["a file of a host", "file://v3.fal.media/a", "scheme"],
    ["another scheme", "ftp://v3.fal.media/a", "scheme"],
    ["one that sockets do not speak", "ws://v3.fal.media/a", "scheme"],
    ["data", "data:image/png;base64,", "scheme"],
  ])("refuses %s", (_, url, why) => {
    expect(judge(url)).toEqual({ type: "refused", why: expect.stringContaining(why) });
  });

  it.each(["http://127.0.0.1:8189", "https://v3.fal.media:8443"])("says that %s may be named as it is", (origin) => {
    expect(judge(`${origin}/a?sig=secret`)).toEqual({
      type: "refused",
      why: expect.stringMatching(new RegExp(`, and the provider's mediaHosts do not name the origin ${origin}$`)),
    });
  });

  it.each([
    ["no rule", "https://v3.fal.media/", []],
    ["a lone star", "https://v3.fal.media/", ["*", "*.", "*.*", "*.*.media"]],
    ["a star in the middle", "https://v3.fal.media/", ["v3.*.media", "v*.fal.media"]],
    ["an empty rule", "https://v3.fal.media/", ["", " "]],
    ["a star before a host with a dot at its end", "https://evil.example./", ["*."]],
    ["a host with a port", "https://v3.fal.media/", ["v3.fal.media:8443"]],
    ["a host with a path", "https://v3.fal.media/files", ["v3.fal.media/files"]],
    ["a star before what is no host", "https://evil.null/", ["*.a/b"]],
    ["a host with a user", "https://v3.fal.media/", ["user@v3.fal.media"]],
    ["a URL with a path", "https://v3.fal.media/files", ["https://v3.fal.media/files"]],
    ["a URL with a query", "https://v3.fal.media/", ["https://v3.fal.media/?all"]],
    ["a URL with a user", "https://v3.fal.media/", ["https://user@v3.fal.media"]],
    ["an origin that nobody has", "file:///etc/passwd", ["file://", "null"]],
    ["another scheme", "ftp://v3.fal.media/", ["ftp://v3.fal.media"]],
  ])("allows nothing by %s", (_, url, rules) => {
    expect(judge(url, rules)).toMatchObject({ type: "refused" });
  });
});
