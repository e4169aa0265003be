/** Wrong arguments: the command prints its usage after the message. */
export class UsageError extends TypeError {
  override readonly name = "UsageError";
}
