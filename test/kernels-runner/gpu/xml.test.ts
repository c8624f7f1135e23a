import { describe, expect, it } from 'vitest'
import { elementsAt, readXml } from '../../../kernels-runner/gpu/xml.ts'

describe('the reader of plain XML', () => {
  it('gives elements, attributes and text, and skips prolog and comments', () => {
    const root = readXml(
      '<?xml version="1.0" ?>\n<!DOCTYPE log SYSTEM "log.dtd">\n<log><!-- a --><gpu id="1"> A &amp; B </gpu><none/></log>\n',
    )
    expect(root.name).toBe('log')
    expect(elementsAt(root, 'gpu')).toMatchObject([{ attributes: { id: '1' }, text: 'A & B' }])
    expect(elementsAt(root, 'none')).toMatchObject([{ text: '' }])
  })

  it('takes an ampersand that begins no entity as it is, and expands nothing else', () => {
    expect(readXml('<a>x & y &nbsp; &#65;</a>').text).toBe('x & y &nbsp; &#65;')
  })

  it.each([
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['a section of raw text', '<a><![CDATA[b]]></a>'],
    ['an instruction', '<a><?php ?></a>'],
    ['elements that cross', '<a><b></a></b>'],
    ['an end without a beginning', '</a>'],
    ['an element that is not closed', '<a><b></b>'],
    ['two outermost elements', '<a/><b/>'],
    ['text outside', '<a/>b'],
    ['an attribute without quotes', '<a b=c/>'],
    ['nothing', ''],
    ['a depth without end', '<a>'.repeat(100_000)],
  ])('refuses %s', (_, text) => {
    expect(() => readXml(text)).toThrow(expect.objectContaining({ code: 'not-xml' }))
  })

  it('refuses a document that is too large', () => {
    expect(() => readXml(`<a>${'x'.repeat(5 * 1024 * 1024)}</a>`)).toThrow('characters')
  })

  it('says on which line it stopped', () => {
    expect(() => readXml('<a>\n<b>\n</a>')).toThrow('Line 3')
  })
})
