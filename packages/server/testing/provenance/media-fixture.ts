/** A file in one of the forms that encoders write. */
export interface MediaFixture {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}
