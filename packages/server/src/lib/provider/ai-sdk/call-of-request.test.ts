import { MockImageModelV4 } from "ai/test";
import { describe, expect, it } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { type InputFiles, InputFileUnavailable } from "../../ports/input-files.js";
import type { AiSdkInput } from "./ai-sdk-input.js";
import { toCall } from "./call-of-request.js";

const reference = "inp_01890a5d-ac96-774b-bcce-b302099a8057";
const other = "inp_01890a5d-ac96-774b-bcce-b302099a8058";
const files: InputFiles = {
  read: async (name) => ({ bytes: tinyPng(name === reference ? 1 : 2), contentType: "image/png" }),
  urlOf: async () => "https://studio.example/picture",
};
const model = new MockImageModelV4({});
const call = (input: AiSdkInput, as: Parameters<typeof toCall>[0] = model) =>
  toCall(as, { request: submitRequest({ input, files }), options: {} });

describe("the images of a call", () => {
  it("sends bytes in order, and the mask separately", async () => {
    expect(await call({ prompt: "a lake", images: [reference, other], mask: other })).toMatchObject({
      files: [
        { type: "file", mediaType: "image/png", data: tinyPng(1) },
        { type: "file", mediaType: "image/png", data: tinyPng(2) },
      ],
      mask: { type: "file", mediaType: "image/png", data: tinyPng(2) },
    });
  });

  it("reads images before the paid request, and throws if one is missing", async () => {
    const request = submitRequest({ input: { prompt: "a lake", images: [reference] } });
    await expect(toCall(model, { request, options: {} })).rejects.toSatisfy(InputFileUnavailable.isInstance);
  });

  it.each(["http://169.254.169.254/", "file:///etc/passwd", "data:image/png;base64,AAAA", "inp_1"])(
    "refuses %s, which is not a reference to an upload",
    async (address) => {
      expect(await call({ prompt: "a lake", images: [address] })).toMatchObject({ code: "invalid_input" });
      expect(await call({ prompt: "a lake", mask: address })).toMatchObject({ code: "invalid_input" });
    },
  );

  it("refuses images for a model without support, and sends them if the support is unknown", async () => {
    const input = { prompt: "a lake", images: [reference] };
    const saysNo = new MockImageModelV4({ supportsFileInputs: Promise.resolve(false) });
    expect(await call(input, saysNo)).toMatchObject({ code: "invalid_input" });
    expect(await call(input, { ...model, specificationVersion: "v2" })).toMatchObject({ code: "invalid_input" });
    expect(await call(input, { ...model, specificationVersion: "v3" })).not.toHaveProperty("code");
    expect(await call(input)).not.toHaveProperty("code");
    const withoutMask = new MockImageModelV4({ supportsMaskInputs: false });
    expect(await call({ ...input, mask: other }, withoutMask)).toMatchObject({ code: "invalid_input" });
  });
});

describe("the fields of a call", () => {
  it.each([
    [{ prompt: "a lake", n: 0 }],
    [{ prompt: "a lake", n: 1.5 }],
    [{ prompt: "a lake", n: Number.NaN }],
    [{ prompt: "a lake", size: "huge" }],
    [{ prompt: "a lake", aspectRatio: "wide" }],
  ])("refuses fields that no model accepts: %j", async (input) => {
    const failure = await call(input);
    expect(failure).toMatchObject({ code: "invalid_input" });
    expect(JSON.stringify(failure)).not.toContain("lake");
  });

  it("accepts a missing prompt, except for the oldest models", async () => {
    expect(await call({ size: "512x512" })).toMatchObject({ prompt: undefined, n: 1 });
    expect(await call({ size: "512x512" }, { ...model, specificationVersion: "v2" })).toMatchObject({
      code: "invalid_input",
    });
  });
});
