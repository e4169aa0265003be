// A page that only shows the active generation.
export { createSafelightClient } from "../../packages/client/dist/index.js";
export { SafelightProvider, useActiveGeneration } from "../../packages/react/dist/index.js";
