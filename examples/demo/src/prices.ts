/** Credits per image, clip or recording of each model. The server charges them, and the page shows them before the submit. */
export const creditsPerImage = {
  demo: 4,
  reel: 20,
  recording: 6,
  fal: 6,
  falVideo: 40,
  replicate: 6,
  openai: 10,
  google: 8,
  bfl: 6,
  stability: 7,
  cloudflare: 3,
  comfyui: 1,
} as const;
