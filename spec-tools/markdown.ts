/**
 * Markdown as a type of its own. A string is data; it becomes Markdown where a serialiser writes it
 * (`render/markdown`) or where it already stands in the document. Whatever is put into a document
 * asks for this type, so that text from a run, a branch or a person cannot get there as it is.
 */
declare const written: unique symbol

export type Markdown = string & { readonly [written]: true }

/**
 * Takes a text as Markdown without a look at it. Only for what was cut out of the document that it
 * goes back into, and for what a serialiser has just made; `test/house/markdown.test.ts` names the
 * files that may.
 */
export function asMarkdown(text: string): Markdown {
  return text as Markdown
}

/** Markdown put together: what stands in the template is ours, what is filled in is Markdown. */
export function composed(parts: TemplateStringsArray, ...values: readonly Markdown[]): Markdown {
  return asMarkdown(String.raw({ raw: parts }, ...values))
}
