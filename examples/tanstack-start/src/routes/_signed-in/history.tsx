import { createFileRoute } from "@tanstack/react-router";
import { History } from "../../components/history";
import { prefetchPosters } from "../../prefetch";

export const Route = createFileRoute("/_signed-in/history")({
  loader: ({ context: { queryClient } }) => prefetchPosters(queryClient),
  component: HistoryPage,
});

function HistoryPage() {
  return (
    <>
      <h1>History</h1>
      <History />
    </>
  );
}
