import { createFileRoute } from "@tanstack/react-router";
import { PosterDetail } from "../../components/poster-detail";

export const Route = createFileRoute("/_signed-in/posters/$id")({ component: PosterPage });

function PosterPage() {
  return <PosterDetail id={Route.useParams().id} />;
}
