/** What the tests of the documentation ask of a Markdown text. Code blocks count as nothing. */

const withoutCode = (text: string): string => text.replace(/^(```+)[\s\S]*?^\1$/gm, '')

/** The headings of a page with their level, in order. */
export function headingsOf(text: string): { level: number; text: string }[] {
  return [...withoutCode(text).matchAll(/^(#{1,6}) +(.+?)\s*$/gm)].map(([, marks = '', title = '']) => ({
    level: marks.length,
    text: title,
  }))
}

/** The anchors of a page's headings, as GitHub and most site generators make them. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const { text: title } of headingsOf(text)) {
    const plain = title.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = plain.replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-')
    let unique = anchor
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`
    anchors.add(unique)
  }
  return anchors
}

/** The targets of a page's links and pictures, those with a scheme (`https:`) left out. */
export function relativeLinksOf(text: string): string[] {
  const code = /`[^`\n]*`/g
  return [
    ...withoutCode(text)
      .replace(code, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
}
