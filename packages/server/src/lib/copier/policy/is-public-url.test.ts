import { describe, expect, it } from "vitest";
import { isPublicUrl } from "./is-public-url.js";

describe("isPublicUrl", () => {
  it.each([
    "https://app.example.com",
    "https://app.example.com:8443/a/b?c=d",
    "https://8.8.8.8/a",
    "https://[2606:4700::6810:84e5]/a",
    "https://localhost.example.com/",
  ])("accepts %s", (url) => {
    expect(isPublicUrl(url)).toBe(true);
  });

  it.each([
    ["another scheme", "http://app.example.com/"],
    ["localhost", "https://localhost:3000/"],
    ["localhost with a trailing dot", "https://localhost./"],
    ["a subdomain of localhost", "https://app.localhost/"],
    ["a name of the local network", "https://printer.local/"],
    ["the same in capitals with a trailing dot", "https://PRINTER.LOCAL./"],
    ["a name of an internal network", "https://minio.internal/"],
    ["a router's name", "https://nas.home.arpa/"],
    ["a name without a dot", "https://minio:9000/"],
    ["loopback", "https://127.0.0.1/"],
    ["loopback in another spelling", "https://2130706433/"],
    ["loopback of IPv6", "https://[::1]/"],
    ["a private address", "https://192.168.1.2/"],
    ["a unique local address", "https://[fd00::1]/"],
    ["an invalid URL", "app.example.com"],
  ])("refuses %s: %s", (_, url) => {
    expect(isPublicUrl(url)).toBe(false);
  });
});
