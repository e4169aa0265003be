import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import type { DrivenPage, PlannedImage } from "../plan.ts";
import { clockOffset } from "./clock-offset.ts";
import { FollowedImage, Header } from "./followed-image.tsx";
import { observePaints, waitForPaints } from "./paint-times.ts";
import { PolledImage } from "./polled-image.tsx";

// With `?every=500` the page polls at that interval; otherwise it uses the hooks.
const every = new URLSearchParams(location.search).get("every");
const queryClient = new QueryClient();
const root = createRoot(document.body.appendChild(document.createElement("main")));
let shown: readonly PlannedImage[] = [];

function render(): void {
  root.render(
    <QueryClientProvider client={queryClient}>
      {every === null ? <Header /> : <output>polling</output>}
      <section>
        {shown.map((image) =>
          every === null ? (
            <FollowedImage key={image.name} {...image} />
          ) : (
            <PolledImage key={image.name} {...image} everyMs={Number(every)} />
          ),
        )}
      </section>
    </QueryClientProvider>,
  );
}

const page: DrivenPage = {
  clockOffset,
  submitAll(images) {
    for (const image of images) {
      setTimeout(() => {
        shown = [...shown, image];
        render();
      }, image.submitAfterMs);
    }
    return waitForPaints(images.map(({ name }) => name));
  },
};
Object.assign(globalThis, page);
observePaints();
render();
