import { InputImageMissing, type InputImages } from "../src/lib/ports/input-images.js";
import type { SubmitRequest } from "../src/lib/ports/provider.js";

/** What a test says about a paid request; the rest is as a worker would say it. */
export type SubmitRequestChange<Input> = Pick<SubmitRequest<Input>, "input"> & Partial<SubmitRequest<Input>>;

/** The paid request that a worker would make of an input. */
export function submitRequest<Input>(change: SubmitRequestChange<Input>): SubmitRequest<Input> {
  return {
    token: "token-1",
    attempt: 1,
    generationId: `gen_of_${change.token ?? "token-1"}`,
    images: noImages,
    onProgress: () => {},
    signal: new AbortController().signal,
    ...change,
  };
}

/** Uploaded pictures of a generation that has none. */
export const noImages: InputImages = {
  read: (reference) => Promise.reject(new InputImageMissing(reference)),
  urlOf: (reference) => Promise.reject(new InputImageMissing(reference)),
};
