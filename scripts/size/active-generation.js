// A page that only shows what is in progress.
export { createSafelightClient } from "../../packages/client/dist/index.js";
export { SafelightProvider, useActiveGeneration } from "../../packages/react/dist/index.js";
