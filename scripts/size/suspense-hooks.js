// A page whose components all suspend.
export { createSafelightClient } from "../../packages/client/dist/index.js";
export * from "../../packages/react/dist/suspense.js";
