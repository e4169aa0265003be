import { describe, expect, it } from "vitest";
import { failureOfStatus } from "./failures/failure-of-status.js";
import { readResponse, type VendorResponse } from "./request/vendor-request.js";
import { submitOutcomeOf, submitOutcomeWithImages } from "./submit-outcome.js";

const failureOf = (response: VendorResponse) => failureOfStatus("Kodak", { response, now: 0 });
const responded = (status: number, length: number) =>
  readResponse(new Response("x".repeat(length), { status }), { maxBytes: 10 });

describe.each([
  { name: "submitOutcomeOf", read: submitOutcomeOf, tooLong: { type: "unknown" } },
  {
    name: "submitOutcomeWithImages",
    read: submitOutcomeWithImages,
    tooLong: { type: "done", outputs: [{ failure: { code: "output_rejected" } }] },
  },
])("$name", ({ read, tooLong }) => {
  it("returns a 2xx response to the adapter", async () => {
    expect(read("Kodak", { result: await responded(201, 10), failureOf })).toMatchObject({ response: { status: 201 } });
  });

  it("returns an outcome for a 2xx response that is too large to read", async () => {
    expect(read("Kodak", { result: await responded(200, 11), failureOf })).toMatchObject({ outcome: tooLong });
  });

  it.each([10, 11])("returns no output for a refusal or an error of %i bytes", async (length) => {
    expect(read("Kodak", { result: await responded(402, length), failureOf })).toMatchObject({
      outcome: { type: "rejected", failure: { code: "insufficient_credit" } },
    });
    expect(read("Kodak", { result: await responded(500, length), failureOf })).toMatchObject({
      outcome: { type: "unknown" },
    });
  });

  it("rejects an unreachable vendor and reports a lost response as unknown", () => {
    expect(read("Kodak", { result: { type: "unreachable", reason: "ENOTFOUND" }, failureOf })).toMatchObject({
      outcome: { type: "rejected", failure: { code: "provider_unavailable" } },
    });
    expect(read("Kodak", { result: { type: "lost", reason: "ECONNRESET" }, failureOf })).toMatchObject({
      outcome: { type: "unknown" },
    });
  });
});
