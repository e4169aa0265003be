import { createFileRoute } from "@tanstack/react-router";
import { PosterForm } from "../../components/poster-form";

export const Route = createFileRoute("/_signed-in/")({ component: Studio });

function Studio() {
  return (
    <>
      <h1>Make a poster</h1>
      <PosterForm />
    </>
  );
}
