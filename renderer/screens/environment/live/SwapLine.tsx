import { t } from '../../../messages/messages.ts'
import type { SwapState } from '../../../store/operations/build-rail.ts'

/** What ran and what takes its place; at the swap the one becomes the other. */
export function SwapLine({
  from,
  to,
  state,
}: {
  from: number | null
  to: number | undefined
  state: SwapState
}) {
  const other = from !== null && from !== to
  return (
    <div className={`swap-line ${state}`}>
      {other && (
        <>
          <span className="swap-version swap-from">
            <b>v{from}</b> {fromText(state)}
          </span>
          <span className="swap-way" aria-hidden="true" />
        </>
      )}
      {to !== undefined && (
        <span className="swap-version swap-to">
          <b>v{to}</b> {toText(state, other)}
        </span>
      )}
    </div>
  )
}

function fromText(state: SwapState): string {
  switch (state) {
    case 'building':
    case 'swapping':
    case 'built':
      return t('live.runs')
    case 'done':
      return t('live.ran')
    case 'undoing':
    case 'failed':
    case 'cancelled':
      return t('live.stays')
  }
}

function toText(state: SwapState, other: boolean): string {
  switch (state) {
    case 'building':
      return t('live.building')
    case 'built':
      return t('live.built')
    case 'swapping':
      return t(other ? 'live.swapping' : 'live.first')
    case 'done':
      return t('live.runs')
    case 'undoing':
    case 'failed':
      return t('live.fails')
    case 'cancelled':
      return t('live.stopped')
  }
}
