import type { MediaCopier } from "../../src/lib/ports/media-copier.js";

/** For tests whose providers answer with bytes: a link is a mistake. */
export const noCopier: MediaCopier = {
  copy: ({ url }) => Promise.reject(new Error(`This test copies from nowhere, and not from ${url}.`)),
};
