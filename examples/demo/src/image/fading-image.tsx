import { useState } from "react";

/** How many pictures are kept in the stack while one fades over the other. */
const kept = 2;

/** Shows one picture, and lets each next one fade in over the one before, once it has arrived. */
export function FadingImage({ src, alt }: { readonly src: string; readonly alt: string }) {
  const [stack, setStack] = useState<readonly string[]>([src]);
  const [arrived, setArrived] = useState<readonly string[]>([]);
  if (stack.at(-1) !== src) {
    // What never arrived is not kept: the picture under it is the one that the eye knows.
    setStack([...stack.filter((known) => arrived.includes(known) && known !== src).slice(1 - kept), src]);
  }
  return stack.map((url) => (
    <img
      key={url}
      className="fading-image"
      src={url}
      alt={url === src ? alt : ""}
      data-arrived={arrived.includes(url)}
      onLoad={() => setArrived((known) => [...known.filter((other) => stack.includes(other) && other !== url), url])}
      draggable={false}
    />
  ));
}
