import type { NextConfig } from "next";

const config: NextConfig = {
  // The driver is a native module.
  serverExternalPackages: ["libsql"],
};

export default config;
