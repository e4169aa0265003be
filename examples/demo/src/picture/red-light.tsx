import { SmallPicture } from "./small-picture.tsx";
import "./red-light.css";

/** A small preview, seen as everything is seen that still develops: in red light. */
export function RedLight({ src }: { readonly src: string | null }) {
  return <span className="red-light">{src !== null && <SmallPicture src={src} />}</span>;
}
