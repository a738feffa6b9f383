import type { InputChange } from '../../../shared/change.ts'
import { t } from '../../messages/messages.ts'
import { shortChange } from './changes.ts'

/** Changes on one line: "package-lock.json 5b1c → 9e02"; those beyond `most` are counted. */
export function ChangeList({ changes, most = 4 }: { changes: InputChange[]; most?: number }) {
  if (changes.length === 0) return null
  return (
    <ul className="changes">
      {changes.slice(0, most).map((change) => (
        <li key={change.input}>
          <ChangeText change={change} />
        </li>
      ))}
      {changes.length > most && <li>{t('changes.more', { count: changes.length - most })}</li>}
    </ul>
  )
}

/** One change: what it is, the old and the new. Signs tell them apart as well as colours do. */
export function ChangeText({ change }: { change: InputChange }) {
  const { input, from, to } = shortChange(change)
  return (
    <>
      <span className="change-name">{input}</span>{' '}
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
