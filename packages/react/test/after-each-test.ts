import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { recordedKeys } from "../src/lib/submit/record-submission.js";

// The next test is another page. A setup file of the tests that share a worker: a module that they import registers its
// hooks for the first file only.
afterEach(() => {
  cleanup();
  recordedKeys.clear();
});
