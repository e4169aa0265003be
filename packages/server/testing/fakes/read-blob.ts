/** Keeps the chunks in which it was read. */
export class ReadBlob extends Blob {
  readonly chunks: Uint8Array[] = [];

  override stream() {
    const keep = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        this.chunks.push(chunk);
        controller.enqueue(chunk);
      },
    });
    return super.stream().pipeThrough(keep);
  }
}
