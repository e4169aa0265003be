import { useState } from "react";

/** Images in the stack: the previous one, and the one that fades in over it. */
const maxImages = 2;

/** Shows an image. A new `src` fades in over the previous image once it has loaded. */
export function FadingImage({ src, alt }: { readonly src: string; readonly alt: string }) {
  const [stack, setStack] = useState<readonly string[]>([src]);
  const [loaded, setLoaded] = useState<readonly string[]>([]);
  if (stack.at(-1) !== src) {
    // Drops an image that has not loaded: the visible one stays below the new one.
    setStack([...stack.filter((url) => loaded.includes(url) && url !== src).slice(1 - maxImages), src]);
  }
  return stack.map((url) => (
    <img
      key={url}
      className="fading-image"
      src={url}
      alt={url === src ? alt : ""}
      data-loaded={loaded.includes(url)}
      onLoad={() => setLoaded((before) => [...before.filter((other) => stack.includes(other) && other !== url), url])}
      draggable={false}
    />
  ));
}
