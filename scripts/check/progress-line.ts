import type { WriteStream } from "node:tty";

/** A line on a terminal that shows what runs and for how long. Elsewhere it stays empty. */
export interface ProgressLine {
  start(name: string): void;
  end(name: string): void;
  /** Prints text above the line. */
  print(text: string): void;
}

/** Creates the line on a terminal or, without one, prints only the text. */
export function progressLine(stream: WriteStream): ProgressLine {
  const started = new Map<string, number>();

  const write = (text: string): void => {
    if (!stream.isTTY) return;
    stream.clearLine(0);
    stream.cursorTo(0);
    stream.write(text);
  };
  const draw = (): void => {
    const parts = [...started].map(([name, since]) => `${name} ${((performance.now() - since) / 1_000).toFixed(0)} s`);
    write(parts.join(", ").slice(0, stream.columns));
  };
  if (stream.isTTY) setInterval(draw, 1_000).unref();

  return {
    start: (name) => {
      started.set(name, performance.now());
    },
    end: (name) => {
      started.delete(name);
    },
    print: (text) => {
      write("");
      console.log(text);
      draw();
    },
  };
}
