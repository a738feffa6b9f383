import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import { t } from '../../messages/messages.ts'
import { measureAgain, usage } from '../../store/usage/usage.ts'
import { HISTORY, type UsagePoint } from '../../store/usage/usage-history.ts'
import { FailureBox } from '../FailureBox.tsx'
import { size } from '../format.ts'
import { Sparkline } from './Sparkline.tsx'
import { cpuText, rateText } from './usage-text.ts'
import { useUsage } from './use-usage.ts'
import './service-usage.css'

/** The top of a chart at least: a tenth of a processor, 16 MB, 10 kB a second. Less is not worth a peak. */
const LEAST = { cpu: 0.1, memory: 16e6, rate: 10e3 }

/**
 * What each service of a running environment uses, or the one that is named, with its history of minutes. `besides`: the
 * processor and the memory of the whole environment are shown elsewhere on the page.
 */
export function ServiceUsage({
  project,
  service,
  besides = false,
}: {
  project: ProjectKey
  service?: string
  besides?: boolean
}) {
  const services = Object.entries(useUsage(project)?.services ?? {}).filter(
    ([name]) => service === undefined || name === service,
  )
  const failure = useStore(usage, (store) => store.failure)
  if (failure) return <FailureBox report={failure.report} retry={measureAgain} />
  if (services.length === 0) return <p className="faint">{t('usage.measuring')}</p>
  return (
    <div className="service-usage" title={t('usage.hint')}>
      {services.map(([name, points]) => (
        <section key={name} aria-label={name}>
          <h3>{name}</h3>
          <dl>
            {(!besides || services.length > 1) && (
              <>
                <Metric
                  name={t('usage.cpu')}
                  points={points}
                  value={({ cpu }) => cpu}
                  least={LEAST.cpu}
                  text={({ cpu }) => cpuText(cpu)}
                />
                <Metric
                  name={t('usage.memory')}
                  points={points}
                  value={({ memory }) => memory}
                  least={LEAST.memory}
                  text={({ memory }) => size(memory)}
                />
              </>
            )}
            <Metric
              name={t('usage.network')}
              points={points}
              value={({ network }) => network && network.received + network.sent}
              least={LEAST.rate}
              text={({ network }) =>
                network && (
                  <>
                    <span>{t('usage.received', { rate: rateText(network.received) })}</span>
                    <span>{t('usage.sent', { rate: rateText(network.sent) })}</span>
                  </>
                )
              }
            />
            <Metric
              name={t('usage.disk')}
              points={points}
              value={({ disk }) => disk && disk.read + disk.written}
              least={LEAST.rate}
              text={({ disk }) =>
                disk && (
                  <>
                    <span>{t('usage.read', { rate: rateText(disk.read) })}</span>
                    <span>{t('usage.written', { rate: rateText(disk.written) })}</span>
                  </>
                )
              }
            />
          </dl>
        </section>
      ))}
    </div>
  )
}

/** One thing that is measured; `value` and `text` are null where the engine does not count it. */
function Metric({
  name,
  points,
  value,
  least,
  text,
}: {
  name: string
  points: UsagePoint[]
  value(point: UsagePoint): number | null
  least: number
  text(point: UsagePoint): ReactNode
}) {
  const last = points.at(-1)
  const known = points.flatMap((point) => ({ at: point.at, value: value(point) ?? 0 }))
  return (
    <div>
      <dt>{name}</dt>
      <dd className="service-usage-value">{(last && text(last)) ?? t('usage.uncounted')}</dd>
      <dd>
        <Sparkline points={known} span={HISTORY} least={least} />
      </dd>
    </div>
  )
}
