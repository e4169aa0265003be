import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import type { DrivenPage, PlannedPicture } from "../plan.ts";
import { clockOffset } from "./clock-offset.ts";
import { FollowedPicture, Header } from "./followed-picture.tsx";
import { PolledPicture } from "./polled-picture.tsx";
import { observePaints, sightingsOf } from "./sightings.ts";

// With `?every=500` the page asks at that interval; without, it follows.
const every = new URLSearchParams(location.search).get("every");
const queryClient = new QueryClient();
const root = createRoot(document.body.appendChild(document.createElement("main")));
let shown: readonly PlannedPicture[] = [];

function render(): void {
  root.render(
    <QueryClientProvider client={queryClient}>
      {every === null ? <Header /> : <output>polling</output>}
      <section>
        {shown.map((picture) =>
          every === null ? (
            <FollowedPicture key={picture.name} {...picture} />
          ) : (
            <PolledPicture key={picture.name} {...picture} everyMs={Number(every)} />
          ),
        )}
      </section>
    </QueryClientProvider>,
  );
}

const page: DrivenPage = {
  clockOffset,
  develop(pictures) {
    for (const picture of pictures) {
      setTimeout(() => {
        shown = [...shown, picture];
        render();
      }, picture.submitAfterMs);
    }
    return sightingsOf(pictures.map(({ name }) => name));
  },
};
Object.assign(globalThis, page);
observePaints();
render();
