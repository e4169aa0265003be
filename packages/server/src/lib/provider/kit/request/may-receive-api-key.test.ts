import { describe, expect, it } from "vitest";
import { mayReceiveApiKey } from "./may-receive-api-key.js";

describe("mayReceiveApiKey", () => {
  it.each([
    ["https://api.eu2.bfl.ai/v1/get_result?id=1", "https://api.bfl.ai"],
    ["https://bfl.ai/", "https://api.us.bfl.ai"],
    ["https://proxy.internal/bfl/v1/get_result", "https://proxy.internal/bfl"],
    ["http://127.0.0.1:9/v1/get_result", "http://127.0.0.1:9"],
  ])("is true for %s with the base URL %s", (url, baseUrl) => {
    expect(mayReceiveApiKey(url, { baseUrl, domain: "bfl.ai" })).toBe(true);
  });

  it.each([
    ["https://evil.example/", "https://api.bfl.ai"],
    ["http://api.bfl.ai/", "https://api.bfl.ai"],
    ["https://api.bfl.ai:8443/", "https://api.bfl.ai"],
    ["https://api.bfl.ai.example/", "https://api.bfl.ai"],
    ["https://notbfl.ai/", "https://api.bfl.ai"],
    ["https://api.bfl.ai@example.com/", "https://api.bfl.ai"],
    ["https://api.bfl.ai/v1/get_result", "https://proxy.internal/bfl"],
    ["https://api.bfl.ai/v1/get_result", "http://api.bfl.ai"],
    ["https://other.internal/", "https://proxy.internal"],
    ["no address", "https://api.bfl.ai"],
    [null, "https://api.bfl.ai"],
    [undefined, "https://api.bfl.ai"],
  ])("is false for %s with the base URL %s", (url, baseUrl) => {
    expect(mayReceiveApiKey(url, { baseUrl, domain: "bfl.ai" })).toBe(false);
  });
});
