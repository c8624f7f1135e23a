/** Random Markdown: the grammar of what living specs were seen to hold, in any order. */
import fc from 'fast-check'

const PREFIXES = [
  '',
  '',
  '',
  '',
  '',
  '> ',
  '>',
  '- ',
  '* ',
  '+ ',
  '1. ',
  '2) ',
  '  ',
  '   ',
  '    ',
  '\t',
  ' \t',
  '  - ',
  '     ',
]
const CONTENTS = [
  '',
  '',
  '',
  'text',
  'more text  ',
  '# One',
  '## 2. Two ##',
  '### `code` *and*',
  '#',
  '####### seven',
  '#hash',
  '```',
  '````js',
  '~~~',
  '``` a`b',
  '| a | b |',
  '|---|---|',
  '| --- | :-: |',
  'a | b',
  '- | -',
  ':-:',
  '| a \\| b | `c|d` |',
  '|x|',
  '|-|',
  '---',
  '===',
  '--',
  '***',
  '_ _ _',
  '<div>',
  '</div>',
  '<!-- open',
  'close -->',
  '<a name="x"></a>',
  '<br/>',
  '<pre>',
  '</pre>',
  '<?php',
  '[x]: /u',
  '[x]: /u "t"',
  '[x]:',
  "'title'",
  '[^1]: note',
  '**Version:** 1.2.0',
  'ünï ☃ 𝒳',
  '-',
  '1.',
  '-   a',
  '- - # h',
  '> > quote',
]

/** A line with block markers in front of something, or nothing but the latter. */
const line = fc
  .tuple(fc.constantFrom(...PREFIXES), fc.constantFrom(...PREFIXES), fc.constantFrom(...CONTENTS))
  .map((parts) => parts.join(''))

export const lineEnding = fc.constantFrom('\n', '\n', '\r\n', '\r')

/** Up to fourteen lines with one line ending, with or without the last one. */
export const markdown = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 14 }), lineEnding, fc.boolean())
  .map(([lines, eol, final]) => lines.join(eol) + (final ? eol : ''))
