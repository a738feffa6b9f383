import type { SizeDiff } from '../../../../shared/version.ts'
import { size } from '../../../components/format.ts'
import { t } from '../../../messages/messages.ts'
import { growthOf } from '../../../store/versions/comparison.ts'

/** So many layers are shown; the others make less of a difference. */
const MOST = 8

/** How much larger or smaller an image became, and which of its layers did it. */
export function Sizes({ sizes }: { sizes: SizeDiff }) {
  const growth = growthOf(sizes)
  const { layers } = sizes
  const widest = Math.max(1, ...layers.map(deltaOf).map(Math.abs))
  return (
    <section className="compare-part">
      <h3>
        {growth === 0
          ? t('compare.sizeSame', { size: size(sizes.to) })
          : t(growth > 0 ? 'compare.larger' : 'compare.smaller', { size: size(Math.abs(growth)) })}{' '}
        {growth !== 0 && (
          <span className="faint">
            {size(sizes.from)} → {size(sizes.to)}
          </span>
        )}
      </h3>
      {layers.length > 0 && (
        <table className="layers">
          <caption className="hidden">{t('compare.layers')}</caption>
          <tbody>
            {layers.slice(0, MOST).map((layer) => {
              const delta = deltaOf(layer)
              return (
                <tr key={`${layer.by} ${layer.from} ${layer.to}`} className={delta > 0 ? 'more' : 'less'}>
                  <td className="layer-delta">
                    {delta > 0 ? '+' : '−'}
                    {size(Math.abs(delta))}
                  </td>
                  <td className="layer-bar" aria-hidden="true">
                    <span style={{ width: `${(100 * Math.abs(delta)) / widest}%` }} />
                  </td>
                  <td className="layer-by">
                    <code title={layer.by}>{layer.by}</code>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {layers.length > MOST && <p className="dim">{t('changes.more', { count: layers.length - MOST })}</p>}
    </section>
  )
}

const deltaOf = ({ from, to }: SizeDiff['layers'][number]): number => (to ?? 0) - (from ?? 0)
