export default function AboutPage() {
  return (
    <>
      <h1>About</h1>
      <p>
        This page has nothing to do with pictures, and its header still shows what is in progress: it came with the
        page, and is kept current by one connection.
      </p>
      <p>Come back tomorrow, or from here to any other page: nothing is lost, and each picture is paid for once.</p>
    </>
  );
}
