/** A provider that `safelight init` offers. */
export interface ProviderChoice {
  readonly title: string;
  /** Packages beyond `@safelight/server`. */
  readonly packages: readonly string[];
  readonly imports: readonly string[];
  /** The provider, as an expression. */
  readonly code: string;
  /** Variables that the adapter reads. */
  readonly variables: readonly string[];
  /** A constant that the expression uses. */
  readonly constant?: string;
}

const adapter = (name: string) => `import { ${name} } from "@safelight/server/${name}";`;

const workflow = `/** Exported from ComfyUI with "Export (API)", with {{prompt}} in place of the text. */
const workflow = {
  "3": {
    class_type: "KSampler",
    inputs: { seed: "{{seed:seed}}", steps: 20, cfg: 7, model: ["4", 0], positive: ["6", 0], latent_image: ["5", 0] },
  },
  "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "sd_xl_base_1.0.safetensors" } },
  "5": { class_type: "EmptyLatentImage", inputs: { width: 1024, height: 1024, batch_size: 1 } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "{{prompt}}", clip: ["4", 1] } },
  "8": { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["4", 2] } },
  "9": { class_type: "SaveImage", inputs: { images: ["8", 0], filename_prefix: "poster" } },
} as const;
`;

/** The providers by name. `demo` needs no key. */
export const providerChoices = {
  demo: {
    title: "Demo (draws images itself, no key)",
    packages: ["@safelight/demo-provider"],
    imports: ['import { demo } from "@safelight/demo-provider";'],
    code: 'demo({ vendorFile: "safelight-demo.db" })',
    variables: [],
  },
  fal: {
    title: "fal",
    packages: [],
    imports: [adapter("fal")],
    code: 'fal("fal-ai/flux/dev")',
    variables: ["FAL_KEY"],
  },
  replicate: {
    title: "Replicate",
    packages: [],
    imports: [adapter("replicate")],
    code: 'replicate("black-forest-labs/flux-schnell")',
    variables: ["REPLICATE_API_TOKEN"],
  },
  openai: {
    title: "OpenAI",
    packages: [],
    imports: [adapter("openai")],
    code: 'openai("gpt-image-2.6-flare")',
    variables: ["OPENAI_API_KEY"],
  },
  google: {
    title: "Google",
    packages: [],
    imports: [adapter("google")],
    code: 'google("gemini-3.1-flash-image")',
    variables: ["GEMINI_API_KEY"],
  },
  bfl: {
    title: "Black Forest Labs",
    packages: [],
    imports: [adapter("bfl")],
    code: 'bfl("flux-2-pro")',
    variables: ["BFL_API_KEY"],
  },
  stability: {
    title: "Stability AI",
    packages: [],
    imports: [adapter("stability")],
    code: 'stability("core")',
    variables: ["STABILITY_API_KEY"],
  },
  cloudflare: {
    title: "Cloudflare Workers AI",
    packages: [],
    imports: [adapter("cloudflare")],
    code: 'cloudflare("@cf/black-forest-labs/flux-1-schnell")',
    variables: ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"],
  },
  comfyui: {
    title: "ComfyUI",
    packages: [],
    imports: [adapter("comfyui")],
    code: 'comfyui(workflow, { baseUrl: "http://127.0.0.1:8188" })',
    variables: [],
    constant: workflow,
  },
  "ai-sdk": {
    title: "AI SDK",
    packages: ["@ai-sdk/openai"],
    imports: ['import { openai } from "@ai-sdk/openai";', 'import { aiSdk } from "@safelight/server/ai-sdk";'],
    code: 'aiSdk(openai.image("gpt-image-2"))',
    variables: ["OPENAI_API_KEY"],
  },
} as const satisfies Readonly<Record<string, ProviderChoice>>;

export type ProviderName = keyof typeof providerChoices;

// The cast is safe: the keys of an object literal are its type's.
export const providerNames = Object.keys(providerChoices) as readonly ProviderName[];

/** Workers AI by its binding: a Worker needs no key, and has no files for the demo provider. */
export const cloudflareBinding: ProviderChoice = {
  ...providerChoices.cloudflare,
  code: 'cloudflare("@cf/black-forest-labs/flux-1-schnell", { binding: env.AI })',
  variables: [],
};
