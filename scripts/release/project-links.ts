/** The public address of the project. `OWNER` is a placeholder until the repository has its public home. */
const address = "https://github.com/OWNER/safelight";

/** Links and keywords that a registry shows for each package. `pnpm manifests` writes it into each manifest. */
export const projectLinks = {
  repositoryUrl: `git+${address}.git`,
  homepage: `${address}#readme`,
  bugs: `${address}/issues`,
  /** Keywords of every package. Each adds its own. */
  keywords: ["ai", "image-generation", "generative-ai", "typescript"],
} as const;
