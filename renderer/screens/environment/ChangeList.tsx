import type { InputChange } from '../../../shared/change.ts'
import { type ChangeParts, changeParts } from '../../components/change-parts.ts'
import { t } from '../../messages/messages.ts'
import { shortChange } from './changes.ts'
import './changes.css'

/** Of what is different inside of one input so much is named on its line. */
const NAMED = 3

/** Changes on one line: "nanoid 5.1.6 → 5.1.5 package-lock.json"; those beyond `most` are counted. */
export function ChangeList({ changes, most = 4 }: { changes: InputChange[]; most?: number }) {
  if (changes.length === 0) return null
  return (
    <ul className="changes">
      {changes.slice(0, most).map((change) => (
        <Change key={change.input} parts={changeParts(change)} />
      ))}
      {changes.length > most && <li>{t('changes.more', { count: changes.length - most })}</li>}
    </ul>
  )
}

function Change({ parts }: { parts: ChangeParts }) {
  const { within, count, hashes } = parts
  const named = within.slice(0, NAMED)
  return (
    <li title={hashes && t('changes.hashes', { hashes })}>
      <Said parts={parts} />
      {named.map((one) => (
        <span key={one.id} className="change-within">
          <Said parts={one} />
        </span>
      ))}
      {named.length > 0 && count > named.length && (
        <span className="change-within change-word">
          {t('changes.more', { count: count - named.length })}
        </span>
      )}
    </li>
  )
}

/** One change: what it is, the old and the new, and what is different inside. */
export function ChangeText({ change }: { change: InputChange }) {
  const parts = changeParts(change)
  const { within, count } = parts
  return (
    <>
      <Said parts={parts} grouped />
      {within.length > 0 && (
        <ul className="change-inside">
          {within.map((one) => (
            <li key={one.id}>
              <Said parts={one} />
            </li>
          ))}
          {count > within.length && <li>{t('changes.more', { count: count - within.length })}</li>}
        </ul>
      )}
    </>
  )
}

/**
 * Name, kind of change, the old and the new value, and the file that shows it. `grouped`: a heading shows the usual
 * words.
 */
function Said({ parts, grouped = false }: { parts: ChangeParts; grouped?: boolean }) {
  const { name, word, file } = parts
  const usual = word !== 'moved' && word !== 'checksum'
  const needed = word !== 'changed' || parts.from === undefined || parts.to === undefined
  const tells = needed && !(usual && grouped)
  return (
    <>
      <span className="change-name">{name}</span>{' '}
      {tells && <span className="change-word">{t(`changes.${word}`)} </span>}
      <Values parts={parts} />
      {file !== undefined && <span className="change-file faint">{file}</span>}
    </>
  )
}

/** The old and the new. Signs distinguish them as well as colours do. */
function Values({ parts }: { parts: ChangeParts }) {
  const { from, to } = shortChange({ input: '', from: parts.from ?? null, to: parts.to ?? null })
  const same = from === to
  return (
    <>
      {from !== null && !same && (
        <del>
          <span className="hidden">{t('changes.from')}</span>
          {to === null ? `− ${from}` : from}
        </del>
      )}
      {from !== null && to !== null && !same && <span aria-hidden="true"> → </span>}
      {to !== null && (
        <ins>
          <span className="hidden">{t('changes.to')}</span>
          {from === null ? `+ ${to}` : to}
        </ins>
      )}{' '}
    </>
  )
}
