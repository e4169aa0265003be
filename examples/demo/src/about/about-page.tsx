import { Page } from "../shell/page.tsx";
import "./about.css";
import { SensitivityChart } from "./sensitivity-chart.tsx";

const docs = [
  { file: "react.md", name: "React", text: "the hooks of this page" },
  { file: "client.md", name: "Client", text: "the same without React" },
  { file: "hosting.md", name: "Hosting", text: "the server, its options and its worker" },
  { file: "providers.md", name: "Providers", text: "fal, Replicate, OpenAI and others" },
  { file: "http.md", name: "HTTP", text: "every route" },
];

/** Describes the demo, links to the documentation, and has an essay to read while an image develops. */
export function AboutPage() {
  return (
    <Page title="About" className="about">
      <article className="essay">
        <section className="about-demo" aria-labelledby="about-demo-title">
          <h1 id="about-demo-title">This is the demo of the Safelight SDK</h1>
          <p>
            Safelight is an embeddable SDK for AI media generation: a server for Hono, Next and other hosts, a typed
            client, and React hooks. This page uses nothing else. Its model paints by itself, so that it needs no key
            and costs nothing.
          </p>
          <ul className="about-docs" aria-label="Documentation">
            {docs.map(({ file, name, text }) => (
              <li key={file}>
                <a href={`/docs/${file}`}>{name}</a>: {text}
              </li>
            ))}
          </ul>
        </section>

        <p className="essay-kicker">Something to read while you wait</p>
        <h2 className="essay-title">How a safelight works</h2>
        <p className="essay-lead">
          A darkroom is not dark. Under the right lamp you can see the tray, the tongs, your own hands, and a picture
          that is only half there, and looking at it does not spoil it.
        </p>

        <p>
          Photographic paper is coated with crystals of silver bromide and silver chloride. A crystal that catches
          enough light is changed in a way that no eye can see: a few atoms of silver gather on it, and that is all. The
          sheet that comes out of the enlarger is as white as the one that went in. The picture is there, and it is
          called <em>latent</em>.
        </p>
        <p>
          In the developer, the crystals that were touched by light turn to black silver, and the others, given the same
          time, do not. It begins after ten seconds or so. First the deepest shadows, a doorway, the dark of an eye;
          then grays without edges; then, late, what makes it a photograph: the texture of a wall, a single hair. After
          a minute and a half it is finished, and goes on to the stop bath and the fixer, which takes away whatever
          could still darken. Only then may somebody open the door.
        </p>

        <figure className="essay-figure">
          <SensitivityChart />
          <figcaption>What the paper sees, and what the lamp gives. Where they do not meet, one may work.</figcaption>
        </figure>

        <h2>A color that the paper cannot see</h2>
        <p>
          The crystals answer to blue light and, with a little help from dyes, to green. Light has to bring a certain
          energy to move anything in them, and red light, with its long waves, does not. So a lamp behind a red or amber
          filter is, to the paper, no light at all, while it is plenty for the person beside the tray. That gap between
          what the eye sees and what the paper sees is the whole invention.
        </p>
        <p>
          No safelight is safe for ever. A weak trace of green gets through each filter; the lamp stands a meter away,
          and the sheet is not left lying. Every darkroom has its coin test: a coin on a piece of paper under the lamp
          for five minutes, and a look afterward whether the paper has kept its shadow.
        </p>

        <h2>What it has to do with software</h2>
        <p>
          A picture that a machine makes takes about as long as a print. It is paid for when it begins. And until it is
          done, the usual page has nothing better to show than a spinner that must not be left: reload it, and nobody
          knows what became of the picture or of the money.
        </p>
        <p>
          This page is here so that you can try the opposite. Start something in the Studio, come here, and look up at
          the corner of the window. Reload. Close the laptop, open the phone. It goes on developing, it can be watched
          from anywhere, and watching does not disturb it.
        </p>
      </article>
    </Page>
  );
}
