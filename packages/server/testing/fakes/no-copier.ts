import type { MediaCopier } from "../../src/lib/ports/media-copier.js";

/** A copier for tests whose providers return bytes. It rejects every link. */
export const noCopier: MediaCopier = {
  copy: ({ url }) => Promise.reject(new Error(`This test has no copier for ${url}.`)),
};
