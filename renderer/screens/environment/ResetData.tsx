import { Checkbox } from '@mantine/core'
import type { Snapshot } from '../../../shared/snapshot.ts'
import { ago, size } from '../../components/format.ts'
import { t } from '../../messages/messages.ts'
import type { DataReset } from '../../store/actions/reset-data.ts'
import { sizeText } from './data/data-text.ts'

/** The value of what a first start makes of the data; no snapshot is called so. */
const FRESH = ''

/** Whether and to what the data is reset as well, and whether that of today is captured first. */
export function ResetData({
  choices,
  ofVersion,
  to,
  bytes,
  proposed,
  value,
  change,
}: {
  choices: Snapshot[]
  /** The data of the time of the version. */
  ofVersion: Snapshot | undefined
  /** The version, as v2. */
  to: string
  /** What the data of today takes; null where that is not known. */
  bytes: number | null
  proposed: string | null
  /** Undefined: the data stays as it is. */
  value: DataReset | undefined
  change(value: DataReset | undefined): void
}) {
  const now = Date.now()
  const chosen = value ? value.snapshot : proposed
  return (
    <>
      <div className="reset-data">
        <Checkbox
          checked={value !== undefined}
          onChange={({ currentTarget: { checked } }) =>
            change(checked ? { snapshot: proposed, discard: false } : undefined)
          }
          label={chosen === null ? t('reset.dataFresh') : t('reset.data', { name: chosen })}
        />
        <select
          className="choice"
          aria-label={t('reset.dataTo')}
          value={chosen ?? FRESH}
          onChange={({ currentTarget: { value: name } }) =>
            change({ discard: value?.discard ?? false, snapshot: name === FRESH ? null : name })
          }
        >
          {choices.map((one) => (
            <option key={one.name} value={one.name}>
              {[one.name, one.size !== null && size(one.size), ago(Date.parse(one.takenAt), now)]
                .filter(Boolean)
                .join(' · ')}
            </option>
          ))}
          <option value={FRESH}>{t('reset.fresh')}</option>
        </select>
      </div>
      {ofVersion && (
        <p className="dim reset-indented">{t('reset.ofVersion', { name: ofVersion.name, to })}</p>
      )}
      {value && (
        <Checkbox
          className="reset-indented"
          checked={!value.discard}
          onChange={({ currentTarget: { checked } }) => change({ ...value, discard: !checked })}
          label={t('reset.capture')}
          description={
            value.discard ? (
              <span className="reset-lost">{t('reset.lostData', { data: sizeText(bytes) })}</span>
            ) : (
              t('reset.captureWhat', { data: sizeText(bytes) })
            )
          }
        />
      )}
    </>
  )
}
