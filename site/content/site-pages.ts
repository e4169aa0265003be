/** The address of a page, and its title in the sidebar. */
export interface SitePage {
  readonly text: string;
  /** Path of the Markdown file, relative to the root of the repository. */
  readonly file: string;
}

/** A section of the sidebar, in the order in which a reader needs it. */
export interface SiteSection {
  readonly text: string;
  /** Closed until the reader opens it or one of its pages. @default false */
  readonly collapsed?: boolean;
  readonly pages: readonly SitePage[];
}

const docs = (text: string, name: string): SitePage => ({ text, file: `docs/${name}.md` });

/** Every page of the site that is written by hand. */
export const siteSections: readonly SiteSection[] = [
  {
    text: "Start",
    pages: [
      docs("Overview", "overview"),
      docs("Next.js", "nextjs"),
      docs("Next.js with accounts", "nextjs-accounts"),
      docs("Hono and Vite", "vite"),
      docs("Express", "express"),
      docs("Express with accounts", "express-accounts"),
      docs("Cloudflare Workers", "cloudflare-workers"),
      docs("Other frameworks", "frameworks"),
    ],
  },
  {
    text: "Concepts",
    pages: [
      docs("Life of a generation", "generations"),
      docs("Money", "money"),
      docs("Owners and payers", "access"),
      docs("Teams", "teams"),
      docs("After a crash", "crashes"),
      docs("Watching", "watching"),
    ],
  },
  {
    text: "Guides",
    pages: [
      docs("Hosting", "hosting"),
      docs("Credits", "credits"),
      docs("Your own credits", "own-credits"),
      docs("Owners and retention", "owners"),
      docs("Hooks and webhooks", "hooks"),
      docs("Uploads as inputs", "inputs"),
      docs("Storage", "storage"),
      docs("Downloads", "downloads"),
      docs("Database", "database"),
      docs("Job engines", "engines"),
      docs("Scaling", "scaling"),
      docs("Operations", "operations"),
      docs("The operator page", "operating"),
      docs("Video and audio", "video"),
      docs("Provenance", "provenance"),
      docs("Moderation", "moderation"),
      docs("Telemetry", "telemetry"),
    ],
  },
  {
    text: "Recipes",
    collapsed: true,
    pages: [
      docs("Better Auth", "recipes/better-auth"),
      docs("Clerk", "recipes/clerk"),
      docs("Auth.js", "recipes/auth-js"),
      docs("Bearer tokens", "recipes/bearer-tokens"),
      docs("Stripe: packs", "recipes/stripe-packs"),
      docs("Stripe: subscriptions", "recipes/stripe-subscriptions"),
      docs("Charge-backs and refunds", "recipes/charge-backs"),
      docs("Polar", "recipes/polar"),
      docs("Metering", "recipes/metering"),
      docs("Sign files with C2PA", "recipes/c2pa"),
      docs("A moderation endpoint", "recipes/moderation-endpoint"),
      docs("A word list", "recipes/word-list"),
      docs("Strikes", "recipes/strikes"),
      docs("An age gate", "recipes/age-gate"),
      docs("Take down by file", "recipes/take-down"),
    ],
  },
  {
    text: "Providers",
    pages: [
      docs("All providers", "providers"),
      docs("fal", "providers/fal"),
      docs("Replicate", "providers/replicate"),
      docs("OpenAI", "providers/openai"),
      docs("Google", "providers/google"),
      docs("Black Forest Labs", "providers/bfl"),
      docs("Stability AI", "providers/stability"),
      docs("Cloudflare Workers AI", "providers/cloudflare"),
      docs("ComfyUI", "providers/comfyui"),
      docs("AI SDK", "providers/ai-sdk"),
      docs("Your own", "providers/custom"),
    ],
  },
  {
    text: "Interface",
    pages: [
      docs("React", "react"),
      docs("Blocks", "blocks"),
      docs("Without React", "client"),
      docs("Devtools", "devtools"),
    ],
  },
  {
    text: "Reference",
    pages: [
      docs("Supported versions", "versions"),
      docs("Options", "options"),
      docs("Methods without HTTP", "api"),
      docs("HTTP", "http"),
      docs("Errors", "errors"),
      docs("Command line", "cli"),
    ],
  },
  {
    text: "Proof",
    pages: [docs("Reliability", "reliability"), docs("Benchmarks", "benchmarks"), docs("Guards", "mutants")],
  },
  { text: "For agents", pages: [{ text: "For agents", file: "docs/agents.md" }] },
];

/** Folder of the pages that a build generates. */
export const generatedFolder = "site/generated";

/** The address of a page: `docs/providers/fal.md` is `/providers/fal`. */
export function addressOf(file: string): string {
  const path = file.replace(/^(docs|site\/pages|site\/generated)\//, "").replace(/\.md$/, "");
  return `/${path === "index" ? "" : path}`;
}
