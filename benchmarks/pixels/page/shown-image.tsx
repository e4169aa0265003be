import { noteFrames } from "./paint-times.ts";

/** An image, or its placeholder until the URL is known. */
export function ShownImage({ name, url }: { readonly name: string; readonly url: string | undefined }) {
  if (url === undefined) return <div className="image" />;
  // React's types lack this attribute, with which the browser reports when the image was painted.
  const timing = { elementtiming: name };
  const onLoad = (event: React.SyntheticEvent<HTMLImageElement>) => void noteFrames(name, event.currentTarget);
  return <img className="image" alt={name} src={url} onLoad={onLoad} {...timing} />;
}
