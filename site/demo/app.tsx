import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { darkroom, useActiveGeneration, useCredits, useGenerationHistory } from "./hooks.ts";
import { PosterForm } from "./poster-form.tsx";
import { Print } from "./print.tsx";

/** Interval of progress, in milliseconds. */
const tickMs = 250;

/** Mounts the live demo. @returns a function that unmounts it. */
export function mountDemo(element: HTMLElement): () => void {
  const root = createRoot(element);
  const timer = setInterval(darkroom.tick, tickMs);
  root.render(
    <QueryClientProvider client={new QueryClient()}>
      <Demo />
    </QueryClientProvider>,
  );
  return () => {
    clearInterval(timer);
    root.unmount();
  };
}

function Demo() {
  return (
    <div className="live-demo">
      <Header />
      <PosterForm />
      <Strip />
    </div>
  );
}

/** Another part of the page, which shares nothing with the form but the hooks. */
function Header() {
  const { count } = useActiveGeneration();
  const { balance } = useCredits();
  return (
    <header>
      <span className="count" data-active={count > 0}>
        {count > 0 ? `${count} developing` : "Nothing in the tray"}
      </span>
      <span>{balance ?? "…"} credits</span>
      <button type="button" onClick={() => darkroom.grant()}>
        +20
      </button>
      <button type="button" className="reload" disabled={count === 0} onClick={() => location.reload()}>
        {count > 0 ? "Reload me in the middle" : "Develop one, then reload"}
      </button>
    </header>
  );
}

function Strip() {
  const { generations } = useGenerationHistory({ status: "completed", limit: 6 });
  return (
    <ul aria-label="History">
      {generations.slice(0, 6).map((generation) => (
        <li key={generation.id}>
          <Print generation={generation} />
        </li>
      ))}
    </ul>
  );
}
