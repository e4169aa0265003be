export default function Home() {
  return <h1>Posters</h1>;
}
