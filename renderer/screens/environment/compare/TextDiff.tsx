import { useMemo } from 'react'
import { TextBox } from '../../../components/TextBox.tsx'
import { t } from '../../../messages/messages.ts'
import { type ChangedLine, changedLines } from '../../../store/text/changed-lines.ts'
import { tokensOf } from '../../../store/text/syntax-tokens.ts'

/** How a text changed, line by line. Null: there is no such text. `time`: as `changedLines` has it. */
export default function TextDiff({
  file,
  from,
  to,
  time,
}: {
  file: string
  from: string | null
  to: string | null
  time: number
}) {
  const lines = useMemo(() => changedLines(from, to, time), [from, to, time])
  return (
    <figure className="text-diff">
      <figcaption>
        <code>{file}</code>
        {from === null && <span className="faint"> · {t('compare.fileAdded')}</span>}
        {to === null && <span className="faint"> · {t('compare.fileRemoved')}</span>}
        {!lines && <span className="faint"> · {t('compare.tooMuch')}</span>}
      </figcaption>
      {lines && (
        <TextBox className="diff" label={file}>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name.
            <Line key={index} file={file} line={line} />
          ))}
        </TextBox>
      )}
    </figure>
  )
}

function Line({ file, line }: { file: string; line: ChangedLine }) {
  if ('skipped' in line)
    return (
      <span className="diff-skip">
        {t('compare.skipped', { count: line.skipped })}
        {'\n'}
      </span>
    )
  return (
    <span className={line.sign === '+' ? 'diff-in' : line.sign === '−' ? 'diff-out' : ''}>
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
  )
}
