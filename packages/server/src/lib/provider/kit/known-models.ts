/**
 * Model ids that vendors offered in 2026-11, for completion in editors. Any other id is passed on unchanged.
 *
 * @module
 */

/** Black Forest Labs. */
export type BflModel =
  | "flux-2-klein-4b"
  | "flux-2-klein-9b"
  | "flux-2-pro"
  | "flux-2-max"
  | "flux-2-flex"
  | "flux-pro-1.1"
  | "flux-pro-1.1-ultra"
  | "flux-kontext-pro"
  | "flux-kontext-max"
  | "flux-pro-1.0-fill";

/** Stability AI, without the models that only edit an image. */
export type StabilityModel = "ultra" | "core" | "sd3.5-large" | "sd3.5-large-turbo" | "sd3.5-medium";

/** Cloudflare Workers AI. */
export type CloudflareModel =
  | "@cf/black-forest-labs/flux-1-schnell"
  | "@cf/black-forest-labs/flux-2-dev"
  | "@cf/black-forest-labs/flux-2-klein-4b"
  | "@cf/black-forest-labs/flux-2-klein-9b"
  | "@cf/leonardo/phoenix-1.0"
  | "@cf/leonardo/lucid-origin"
  | "@cf/stabilityai/stable-diffusion-xl-base-1.0"
  | "@cf/lykon/dreamshaper-8-lcm"
  | "@cf/bytedance/stable-diffusion-xl-lightning";

/** OpenAI's image models. `dall-e-2`, `dall-e-3` and `gpt-image-1` were shut down. */
export type OpenaiImageModel =
  | "gpt-image-2.6-sunburst"
  | "gpt-image-2.6-flare"
  | "gpt-image-2.5-sunburst"
  | "gpt-image-2.5-flare"
  | "gpt-image-2"
  | "gpt-image-1.5"
  | "gpt-image-1-mini"
  | "chatgpt-image-latest";

/** Google's image models. Imagen was shut down. */
export type GoogleImageModel =
  | "gemini-nano-banana-2.1"
  | "gemini-3.1-flash-image"
  | "gemini-3.1-flash-lite-image"
  | "gemini-3-pro-image"
  | "gemini-2.5-flash-image";

/** Google's video models. */
export type GoogleVideoModel =
  | "veo-3.1-generate-preview"
  | "veo-3.1-fast-generate-preview"
  | "veo-3.0-generate-001"
  | "veo-3.0-fast-generate-001";
