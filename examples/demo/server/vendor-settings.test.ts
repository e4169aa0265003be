import assert from "node:assert/strict";
import { test } from "node:test";
import { SettingsError } from "./environment.ts";
import { configuredVendors, parseVendors } from "./vendor-settings.ts";

const all = {
  FAL_KEY: "id:secret",
  REPLICATE_API_TOKEN: "r8_x",
  OPENAI_API_KEY: "sk-x",
  GEMINI_API_KEY: "AIza",
  BFL_API_KEY: "bfl",
  STABILITY_API_KEY: "sk-s",
  CLOUDFLARE_API_TOKEN: "cf",
  CLOUDFLARE_ACCOUNT_ID: "abc",
  COMFYUI_URL: "http://127.0.0.1:8188/",
  COMFYUI_WORKFLOW: "workflow.json",
};

test("each vendor is configured by its usual variable", () => {
  const vendors = parseVendors(all, "/demo");
  assert.deepEqual(configuredVendors(vendors), [
    "fal",
    "replicate",
    "openai",
    "google",
    "bfl",
    "stability",
    "cloudflare",
    "comfyui",
  ]);
  assert.deepEqual(vendors.cloudflare, { apiKey: "cf", accountId: "abc" });
  assert.deepEqual(vendors.comfyui, { baseUrl: "http://127.0.0.1:8188", workflowFile: "/demo/workflow.json" });
  assert.deepEqual(parseVendors({ GOOGLE_API_KEY: "AIza" }, "/demo").google, { apiKey: "AIza" });
});

test("a blank variable is unset, and a vendor with two variables needs both", () => {
  for (const name of Object.keys(all)) {
    for (const value of ["", " \n", undefined]) {
      const offered = configuredVendors(parseVendors({ ...all, [name]: value }, "/demo"));
      assert.equal(offered.length, 7, `${name}=${value}`);
    }
  }
});

test("a key is trimmed, and the error about an invalid key does not contain the key", () => {
  assert.deepEqual(parseVendors({ FAL_KEY: " id:secret\n" }, "/demo").fal, { apiKey: "id:secret" });
  for (const name of Object.keys(all).filter((name) => /KEY|TOKEN|ACCOUNT/.test(name))) {
    for (const key of ["hush hush", "hush…", "hush\nhush"]) {
      assert.throws(
        () => parseVendors({ ...all, [name]: key }, "/demo"),
        (error) => error instanceof SettingsError && error.message.includes(name) && !/hush|…/.test(error.message),
        `${name}=${key}`,
      );
    }
  }
});

test("COMFYUI_URL must be an http URL", () => {
  for (const url of ["127.0.0.1:8188", "file:///etc/passwd"]) {
    assert.throws(() => parseVendors({ ...all, COMFYUI_URL: url }, "/demo"), SettingsError, url);
  }
});

test("DEMO_VENDOR_ORIGIN replaces the origin of every vendor with a key", () => {
  const vendors = parseVendors({ ...all, DEMO_VENDOR_ORIGIN: "http://127.0.0.1:4000" }, "/demo");
  assert.deepEqual(vendors.openai, {
    apiKey: "sk-x",
    baseUrl: "http://127.0.0.1:4000",
    mediaHosts: ["http://127.0.0.1:4000"],
  });
  assert.throws(() => parseVendors({ DEMO_VENDOR_ORIGIN: "127.0.0.1" }, "/demo"), SettingsError);
});
