import { render } from "@testing-library/react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { completed, makeGeneration } from "../../test/generations.js";
import { OutputMedia } from "./output-media";

it("starts a video without a poster at a frame, which Safari on iOS then shows", () => {
  const generation = completed(makeGeneration("gen_1"));
  const [output] = generation.outputs;
  const sourceOf = (thumbnailUrl: string | null) => {
    const video = { ...output, kind: "video", url: "/clip", thumbnailUrl } as const;
    const { container } = render(<OutputMedia generation={generation} output={video} size="whole" />);
    return container.querySelector("video")?.getAttribute("src");
  };
  expect([sourceOf(null), sourceOf("/poster")]).toEqual(["/clip#t=0.1", "/clip"]);
});

it("shows the output itself if the server made no thumbnail, as without sharp", () => {
  const generation = completed(makeGeneration("gen_1"));
  const [output] = generation.outputs;
  if (output === undefined) throw new Error("The generation has no output.");
  const { height, url, width } = output;
  const imageOf = (thumbnailUrl: string | null) => {
    const media = <OutputMedia generation={generation} output={{ ...output, thumbnailUrl }} size="thumbnail" />;
    return renderToStaticMarkup(media).replaceAll("&amp;", "&");
  };
  expect(imageOf(null)).toContain(`height="${height}" loading="lazy" src="${url}" width="${width}"`);
  expect(imageOf("/thumbnail")).toContain('src="/thumbnail"');
});
