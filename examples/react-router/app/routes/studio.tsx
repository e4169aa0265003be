import { PosterForm } from "../components/poster-form";

export default function Studio() {
  return (
    <>
      <h1>Make a poster</h1>
      <PosterForm />
    </>
  );
}
