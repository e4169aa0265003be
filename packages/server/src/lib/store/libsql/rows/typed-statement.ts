/** A statement with the type of its rows. The member exists only for the compiler. */
export type TypedStatement<Row> = string & { readonly "~row": Row };

/** The cast is safe if the text selects the columns of the type. */
export const typed = <Row>(text: string): TypedStatement<Row> => text as TypedStatement<Row>;
