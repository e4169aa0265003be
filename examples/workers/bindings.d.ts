// The bindings of `wrangler.jsonc`. `npx wrangler types` generates Cloudflare's full types of them.
declare module "cloudflare:workers" {
  export const env: {
    readonly DB: import("@safelight/server/d1").D1Binding;
    readonly BUCKET: import("@safelight/server/r2").R2Binding;
    readonly AI: import("@safelight/server/cloudflare").WorkersAi;
    readonly SAFELIGHT_SECRET: string;
  };
}
