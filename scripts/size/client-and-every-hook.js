// A page that uses everything that there is for browsers.
export * from "../../packages/client/dist/index.js";
export * from "../../packages/react/dist/index.js";
export * from "../../packages/react/dist/query.js";
