/** The text of a heading as a reader sees it: what its anchor is made from. */
export function plainHeading(heading: string): string {
  return heading
    .replaceAll(/\{#[\w.:;-]+\}$/g, '')
    .replaceAll(
      /(`+)([^`]*)\1|<\/?[A-Za-z][^<>]*>|<!--[^]*?-->/g,
      (_, ticks: string | undefined, code: string) => (ticks ? code : ''),
    )
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/(\*{1,3}|~~)(?=\S)(.*?\S)\1/g, '$2')
    .replaceAll(/(?<![\p{L}\p{N}])_{1,2}(?=\S)(.*?\S)_{1,2}(?![\p{L}\p{N}])/gu, '$1')
    .trim()
}
