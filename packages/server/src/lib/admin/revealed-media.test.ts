import { expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { tinyMp4 } from "../../../testing/media/tiny-media.js";
import { testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";
import { createAdmin } from "./create-admin.js";

it("plays a revealed video on the page, whose policy allows it", async () => {
  const outputs = [{ bytes: tinyMp4(), contentType: "video/mp4" }];
  const provider = scriptedProvider<{ prompt: string }>({ poll: [{ type: "done", outputs }] });
  const clip = defineModel({ kind: "video", provider, input: z.object({ prompt: z.string() }), credits: 4 });
  const server = await testServer({ models: { clip }, publicUrl: "https://app.example" });
  const ada = server.as("ada");
  const { generation } = await (await ada.post("", { model: "clip", input: { prompt: "waves" } })).json();
  await ada.finish(generation.id);
  const admin = createAdmin(server.safelight, {
    authorize: () => ({ actor: "grace", may: "everything" }),
    reveal: "always",
    mediaOrigins: ["https://bucket.example"],
  });
  const page = await admin.handler(
    new Request(`https://app.example/admin/safelight/generations/${generation.id}`, {
      headers: { accept: "text/html" },
    }),
  );
  expect(await page.text()).toMatch(/<video src="https:\/\/app\.example\/[^"]+" aria-label="Output 0" controls/);
  const policy = page.headers.get("content-security-policy");
  expect(policy).toContain("media-src 'self' data: https://app.example https://bucket.example;");
});
