import type { InputChange } from '../../../shared/change.ts'
import { t } from '../../messages/messages.ts'
import { shortChange } from './changes.ts'

/** Changes on one line: "package-lock.json changed, content 5b1c → 9e02"; those beyond `most` are counted. */
export function ChangeList({ changes, most = 4 }: { changes: InputChange[]; most?: number }) {
  if (changes.length === 0) return null
  return (
    <ul className="changes">
      {changes.slice(0, most).map((change) => (
        <li key={change.input}>
          <span className="change-name">{change.input}</span>{' '}
          <span className="change-word">
            {t(`changes.${wordOf(change)}`)}
            {isContent(change) && (
              <span className="faint" title={t('changes.contentTitle')}>
                , {t('changes.content')}
              </span>
            )}
          </span>{' '}
          <Values change={change} />
        </li>
      ))}
      {changes.length > most && <li>{t('changes.more', { count: changes.length - most })}</li>}
    </ul>
  )
}

const wordOf = ({ from, to }: InputChange) => (from === null ? 'added' : to === null ? 'removed' : 'changed')

/** Whether what stands for it is the hash of a file's content. */
const isContent = ({ from, to }: InputChange): boolean => /^[0-9a-f]{64}\b/.test(to ?? from ?? '')

/** One change: what it is, the old and the new. */
export function ChangeText({ change }: { change: InputChange }) {
  return (
    <>
      <span className="change-name">{change.input}</span> <Values change={change} />
    </>
  )
}

/** The old and the new. Signs tell them apart as well as colours do. */
function Values({ change }: { change: InputChange }) {
  const { from, to } = shortChange(change)
  return (
    <>
      {from !== null && (
        <del>
          <span className="hidden">{t('changes.from')}</span>
          {to === null ? `− ${from}` : from}
        </del>
      )}
      {from !== null && to !== null && <span aria-hidden="true"> → </span>}
      {to !== null && (
        <ins>
          <span className="hidden">{t('changes.to')}</span>
          {from === null ? `+ ${to}` : to}
        </ins>
      )}
    </>
  )
}
