/**
 * Words that tell what a heading, a column or a field is for, in the languages that specifications
 * are written in: English, German, French, Spanish, Russian, Chinese, Japanese, Korean.
 */

/** A pattern for a whole text, whatever emphasis stands around it. */
function whole(words: string): RegExp {
  return new RegExp(`^[*_\`\\s]*(?:${words})[*_\`\\s]*$`, 'iu')
}

const VERSION =
  'version|fassung|versión|versione|версия|версія|редакция|版本(?:号|號)?|版数|版|バージョン|ヴァージョン|버전|판'
const DOCUMENT_VERSION =
  '(?:document|spec(?:ification)?|current|doc)[ ]+version|(?:文档|文件|当前|规范)版本(?:号)?|(?:文書|仕様)バージョン|문서 ?버전|' +
  'version (?:du document|actuelle)|versión (?:del documento|actual)|версия документа|dokument(?:en)?version'

/** A field, or a section, that holds a version. */
export const VERSION_NAME = whole(`${VERSION}|${DOCUMENT_VERSION}`)

export const VERSION_COLUMN = whole(
  `(?:(?:doc(?:ument)?|spec) )?(?:version|ver\\.?|rev(?:ision)?\\.?)|revisi[oó]n|révision|ревизия|${VERSION}|${DOCUMENT_VERSION}`,
)

const DATE =
  'date|when|released?|datum|stand|fecha|дата|(?:修订|更新|发布|修改|变更)?(?:日期|时间)|日付|年月日|(?:更新|改訂|改定|作成|発行)日|(?:작성|수정|변경|개정)일|날짜|일자'
const AUTHOR =
  'authors?|editors?|by|who|owner|autor(?:es|en)?|auteurs?|bearbeiter|verfasser|автор(?:ы)?|作者|编写人|修订人|修改人|作成者|担当者?|更新者|작성자|저자'
const CHANGE =
  'changes?|changes? made|descriptions?|summary|notes?|what|details?|comments?|remarks?|major changes made|' +
  'änderung(?:en)?|beschreibung|bemerkung(?:en)?|modifications?|changements?|cambios?|descripción|descripciones|modificaciones|изменени[ея]|описание|' +
  '变更(?:内容|说明)?|修改(?:内容|说明)|修订(?:内容|说明)|更新(?:内容|说明)|说明|描述|内容|変更(?:内容|点)|改訂内容|更新内容|備考|변경(?: ?내용| ?사항)?|내용|설명'
const STATE = 'status|reviewer|zustand|prüfer|statut|estado|статус|状态|審査|상태'

/** Columns of a history by what they hold; English words may stand among others. */
const COLUMNS = {
  date: new RegExp(`\\b(?:date|when|released?)\\b|${whole(DATE).source}`, 'iu'),
  author: new RegExp(`\\b(?:author|by|who|editor|owner)s?\\b|${whole(AUTHOR).source}`, 'iu'),
  change: new RegExp(
    `\\b(?:changes?|descriptions?|summary|notes?|what|details?|remarks?|comments?)\\b|${whole(CHANGE).source}`,
    'iu',
  ),
}

/** Whether a column with this title holds the date, the author or the change of an entry. */
export function columnIs(what: keyof typeof COLUMNS, title: string): boolean {
  return COLUMNS[what].test(title)
}

/** Columns that a revision history has beside its versions. */
export const HISTORY_COLUMN = whole([DATE, AUTHOR, CHANGE, STATE].join('|'))

/** Headings of revision histories. */
export const HISTORY_NAME = new RegExp(
  [
    '\\b(?:revision|version|change|document|amendment|implementation|spec(?:ification)?)s?[ ]*(?:history|log)\\b',
    '\\bhistory of (?:changes|revisions)\\b',
    '\\bchange[ -]?log\\b',
    '\\bdocument control\\b',
    '\\brelease (?:notes|history)\\b',
    '^(?:[\\d.§ ]*)(?:revisions|history|changes)$',
    '(?:änderungs|versions|revisions|dokument(?:en)?)(?:historie|verlauf|geschichte|protokoll)',
    '\\bhistorique\\b|journal des (?:modifications|changements|révisions)',
    'historial|registro de (?:cambios|versiones)|control de (?:cambios|versiones)',
    'истори[яи] (?:изменений|версий|ревизий|документа)|журнал изменений',
    '(?:修订|修改|变更|更新|版本|变动)(?:历史|记录|日志|履历)',
    '(?:変更|改訂|更新|改版|修正)(?:履歴|記録)',
    '(?:변경|개정|수정|버전) ?(?:이력|기록|내역)',
  ].join('|'),
  'iu',
)

/** Header lines that are fields without others beside them. */
export const KNOWN_NAME = new RegExp(
  `${VERSION_NAME.source}|${whole(`status|date|authors?|last updated|updated|created|editors?|${DATE}|${AUTHOR}|${STATE}`).source}`,
  'iu',
)

/** What stands before a version in a line of text. */
export const VERSION_WORD = `(?:[Vv]ersion|VERSION|[Rr]evision|[Vv]ersión|[Вв]ерсия|版本|バージョン|버전)`
