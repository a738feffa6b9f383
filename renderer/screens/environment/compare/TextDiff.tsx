import { diffLines } from 'diff'
import { useMemo } from 'react'
import { TextBox } from '../../../components/TextBox.tsx'
import { t } from '../../../messages/messages.ts'
import { tokensOf } from '../../../store/text/syntax-tokens.ts'

/** Lines around a difference. */
const AROUND = 3

type Line = { sign: '+' | '−' | ' '; text: string } | { skipped: number }

/** How a text changed, line by line; what stayed the same is shown only around it. Null: there is no such text. */
export default function TextDiff({
  file,
  from,
  to,
}: {
  file: string
  from: string | null
  to: string | null
}) {
  const lines = useMemo(() => linesOf(from ?? '', to ?? ''), [from, to])
  return (
    <figure className="text-diff">
      <figcaption>
        <code>{file}</code>
        {from === null && <span className="faint"> · {t('compare.fileAdded')}</span>}
        {to === null && <span className="faint"> · {t('compare.fileRemoved')}</span>}
      </figcaption>
      <TextBox className="diff" label={file}>
        {lines.map((line, index) =>
          'skipped' in line ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name.
            <span key={index} className="diff-skip">
              {t('compare.skipped', { count: line.skipped })}
              {'\n'}
            </span>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name.
            <span key={index} className={line.sign === '+' ? 'diff-in' : line.sign === '−' ? 'diff-out' : ''}>
              {line.sign}{' '}
              {tokensOf(file, line.text).map(({ text, kind }, at) =>
                kind === 'plain' ? (
                  text
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name.
                  <span key={at} className={`token-${kind}`}>
                    {text}
                  </span>
                ),
              )}
              {'\n'}
            </span>
          ),
        )}
      </TextBox>
    </figure>
  )
}

function linesOf(from: string, to: string): Line[] {
  const parts = diffLines(from, to)
  return parts.flatMap(({ value, added, removed }, index): Line[] => {
    const texts = value.replace(/\n$/, '').split('\n')
    if (added || removed) return texts.map((text) => ({ sign: added ? '+' : '−', text }))
    const head = index === 0 ? 0 : AROUND
    const tail = index === parts.length - 1 ? 0 : AROUND
    const same = (list: string[]): Line[] => list.map((text) => ({ sign: ' ', text }))
    if (texts.length <= head + tail + 1) return same(texts)
    return [
      ...same(texts.slice(0, head)),
      { skipped: texts.length - head - tail },
      ...same(tail > 0 ? texts.slice(-tail) : []),
    ]
  })
}
