import { demo } from "@safelight/demo-provider";
import { defineModel, type Provider } from "@safelight/server";
import { fal } from "@safelight/server/fal";
import { imageInput } from "@safelight/server/zod";
import { z } from "zod";
import { creditsPer } from "../prices.ts";
import type { FalSettings, Settings } from "./settings.ts";

const input = z.strictObject({
  prompt: z.string().trim().min(1).max(2000),
  /** Of a reel: its first frame. */
  image: imageInput().optional(),
});
type Input = z.output<typeof input>;

/** The models `image` and `reel`, of fal with its key, otherwise of the demo provider. */
export function studioModels(settings: Settings) {
  const providers = settings.fal === null ? demoProviders(settings) : falProviders(settings.fal);
  return {
    image: defineModel({ provider: providers.image, input, credits: creditsPer.image }),
    reel: defineModel({ kind: "video", provider: providers.reel, input, credits: creditsPer.reel }),
  };
}

interface Providers {
  readonly image: Provider<Input>;
  readonly reel: Provider<Input>;
}

/** Images and reels in the colors of the input image. They need no key. */
function demoProviders({ dataFolder, stepMs }: Pick<Settings, "dataFolder" | "stepMs">): Providers {
  const options = { vendorFile: `${dataFolder}/vendor.db`, stepMs };
  return { image: demo(options), reel: demo({ ...options, kind: "video" }) };
}

/** Family of the video models at fal. */
const kling = "fal-ai/kling-video/v2.5-turbo/pro";

function falProviders({ apiKey, userId, origin }: FalSettings): Providers {
  const access = {
    apiKey,
    ...(userId !== null && { webhookUserId: userId }),
    ...(origin !== null && { baseUrl: origin, mediaHosts: [origin], keySetUrl: `${origin}/.well-known/jwks.json` }),
  };
  const open = (model: string) => withImageUrl(fal(model, access));
  return {
    image: either(open("fal-ai/flux/dev"), open("fal-ai/flux/dev/image-to-image")),
    reel: either(open(`${kling}/text-to-video`), open(`${kling}/image-to-video`)),
  };
}

/** fal has another path for each kind of input. Polls, cancels and webhooks are the same. */
function either(fromText: Provider<Input>, fromImage: Provider<Input>): Provider<Input> {
  return {
    ...fromText,
    submit: (request) => (request.input.image === undefined ? fromText : fromImage).submit(request),
  };
}

/** Sends the field `image` under fal's name. */
function withImageUrl(provider: ReturnType<typeof fal>): Provider<Input> {
  return {
    ...provider,
    submit: ({ input: { image, ...rest }, ...request }) =>
      provider.submit({ ...request, input: image === undefined ? rest : { ...rest, image_url: image } }),
  };
}
