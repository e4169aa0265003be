import { createMockServer } from "@safelight/client/msw";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { HttpResponse, http } from "msw";
import { setupWorker } from "msw/browser";
import { StrictMode } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import "./index.css";
import { picture } from "./picture";
import { scenes } from "./scenes";

// The mock server of the client. The tests call it through `window.mock`.
const mock = createMockServer({
  credits: 120,
  models: {
    photo: { credits: 4, expectedMs: 20_000, outputs: (input) => (input as { count?: number }).count ?? 1 },
    film: { credits: 30, kind: "video" },
    song: { credits: 10, kind: "audio" },
  },
});
Object.assign(window, { mock });
const query = new URLSearchParams(location.search);
mock.grantCredits(Number(query.get("seed")) * 4);
for (let index = 0; index < Number(query.get("seed")); index += 1) {
  mock.complete(mock.queue("photo", { prompt: `Image ${index + 1}` }).id);
}
const refused = query.get("refused") ?? "";
// A code that the client does not retry.
if (refused !== "") mock.refuseNext(refused, "unknown_model");
const media = http.get(/\/api\/generations\/[^/]+\/(outputs|preview)/, ({ request }) => {
  const [, id = "", rest = ""] = /generations\/([^/]+)\/([^?]*)/.exec(request.url) ?? [];
  return new HttpResponse(picture(`${id}${rest.replace("/thumbnail", "")}`), {
    headers: { "content-type": "image/svg+xml" },
  });
});
await setupWorker(media, ...mock.handlers).start({ quiet: true, onUnhandledFrame: "bypass" });

const { documentElement } = document;
documentElement.classList.toggle("dark", query.get("theme") === "dark");
documentElement.dir = query.get("dir") ?? "ltr";
documentElement.style.fontSize = query.get("text") ?? "";
const Scene = scenes[query.get("scene") as keyof typeof scenes] ?? scenes.studio;
const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root.");
const page = (
  <StrictMode>
    <QueryClientProvider client={new QueryClient()}>
      <Scene />
    </QueryClientProvider>
  </StrictMode>
);
if (query.get("hydrate") === "later") {
  root.innerHTML = renderToString(page);
  // The script by which React keeps a submit. A script in `innerHTML` does not run.
  for (const { textContent } of root.querySelectorAll("script")) {
    document.head.appendChild(document.createElement("script")).textContent = textContent;
  }
  Object.assign(window, { hydrate: () => hydrateRoot(root, page) });
} else {
  createRoot(root).render(page);
}
