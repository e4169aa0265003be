import { expect, it } from "vitest";
import { failures } from "./failure.js";

it("does not name the provider for content that the host's check may have refused", () => {
  expect(failures.content_rejected.message).toBe("The content was rejected by a safety check.");
});
