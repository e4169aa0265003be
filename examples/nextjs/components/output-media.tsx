import type { Output } from "@safelight/client/contract";

/** One output, by its kind. */
export function OutputMedia({ label, output }: { readonly label: string; readonly output: Output }) {
  const { height, kind, thumbnailUrl, url, width } = output;
  switch (kind) {
    case "image":
      // biome-ignore lint/performance/noImgElement: the URL is signed and expires, so no optimizer should cache it
      return <img src={url} width={width ?? 512} height={height ?? 512} alt={label} />;
    case "video": {
      // Without a poster, Safari on iOS shows no frame before it plays, unless the source names a position.
      const source = thumbnailUrl === null ? { src: `${url}#t=0.1` } : { src: url, poster: thumbnailUrl };
      return <video {...source} aria-label={label} controls preload="metadata" playsInline />;
    }
    case "audio":
      // biome-ignore lint/a11y/useMediaCaption: no vendor makes captions
      return <audio src={url} aria-label={label} controls preload="metadata" />;
  }
}
