import { publicAddress } from "./public-address.ts";

/** The name of the repository on GitHub, with its owner. */
export const repositoryName = `${publicAddress.owner}/safelight`;

const address = `https://github.com/${repositoryName}`;

/** Links and keywords for the registry. `pnpm manifests` writes them into each manifest. */
export const projectLinks = {
  /** Page of the repository, without a trailing slash. A file is at `blob/main/` and its path. */
  repository: address,
  repositoryUrl: `git+${address}.git`,
  homepage: `${address}#readme`,
  bugs: `${address}/issues`,
  /** Keywords of every package. Each package adds its own. */
  keywords: ["ai", "image-generation", "generative-ai", "typescript"],
} as const;
