/** @type {import("next").NextConfig} */
const config = {
  // The driver is a native module.
  serverExternalPackages: ["libsql"],
};

export default config;
