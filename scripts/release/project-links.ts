/** The public address of the project. `OWNER` is a placeholder until the repository is public. */
const address = "https://github.com/OWNER/safelight";

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
