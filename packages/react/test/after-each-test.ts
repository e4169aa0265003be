import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { recordedKeys } from "../src/lib/submit/record-submission.js";

// Each test is a new page. This module must be a setup file: test files that share a process share their modules, so an
// imported module would register its hook for the first file only.
afterEach(() => {
  cleanup();
  recordedKeys.clear();
});
