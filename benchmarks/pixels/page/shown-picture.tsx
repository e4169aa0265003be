import { noteFrames } from "./sightings.ts";

/** A picture, or its place while it is not there. */
export function ShownPicture({ name, url }: { readonly name: string; readonly url: string | undefined }) {
  if (url === undefined) return <div className="picture" />;
  // An attribute that React's types do not know: the browser says when the picture was painted.
  const timing = { elementtiming: name };
  const onLoad = (event: React.SyntheticEvent<HTMLImageElement>) => void noteFrames(name, event.currentTarget);
  return <img className="picture" alt={name} src={url} onLoad={onLoad} {...timing} />;
}
