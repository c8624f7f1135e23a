/** HTML blocks of CommonMark: what starts one, and what ends it. */

/** What ends an open HTML block: a marker on its last line, or the blank line after it. */
export type HtmlEnd = RegExp | 'blank line'

const BLOCK_NAMES =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|' +
  'dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h1|h2|h3|h4|h5|h6|' +
  'head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|' +
  'param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul'

const RAW = /^<(?:pre|script|style|textarea)(?=[ \t>]|$)/i
const BLOCK = new RegExp(`^</?(?:${BLOCK_NAMES})(?=[ \\t]|/?>|$)`, 'i')
const ATTRIBUTE =
  '[ \\t]+[A-Za-z_:][\\w.:-]*(?:[ \\t]*=[ \\t]*(?:[^ \\t"\'/=<>`]+|(?=/)|\'[^\']*\'|"[^"]*"))?'
const WHOLE_TAG = new RegExp(
  `^<(?:/[A-Za-z][A-Za-z0-9-]*[ \\t]*|[A-Za-z][A-Za-z0-9-]*(?:${ATTRIBUTE})*[ \\t]*/?)>[ \\t]*$`,
)

/**
 * What ends the HTML block that `line` starts (from its `<`), or null.
 * A lone complete tag does not interrupt a paragraph.
 */
export function htmlStart(line: string, interrupting: boolean): HtmlEnd | null {
  if (RAW.test(line)) return /<\/(?:pre|script|style|textarea)>/i
  if (line.startsWith('<!--')) return /-->/
  if (line.startsWith('<?')) return /\?>/
  if (/^<![A-Za-z]/.test(line)) return />/
  if (line.startsWith('<![CDATA[')) return /\]\]>/
  if (BLOCK.test(line)) return 'blank line'
  if (!interrupting && WHOLE_TAG.test(line)) return 'blank line'
  return null
}
