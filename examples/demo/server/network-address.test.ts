import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback } from "./network-address.ts";

test("distinguishes loopback addresses from others", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"]) assert.ok(isLoopback(host), host);
  for (const host of ["0.0.0.0", "::", "192.0.2.7", "demo.example.com", "127.example.com"])
    assert.ok(!isLoopback(host), host);
});
