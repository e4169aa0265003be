export default function AboutPage() {
  return (
    <>
      <h1>About</h1>
      <p>
        This page has no images, and its header still shows the active generations: they came with the page, and one
        connection keeps them current.
      </p>
      <p>Come back tomorrow, or go to any other page: nothing is lost, and each image is paid once.</p>
    </>
  );
}
