import type { ProjectKey } from '../../../shared/ids.ts'
import { size } from '../../components/format.ts'
import { Sparkline } from '../../components/usage/Sparkline.tsx'
import { cpuText } from '../../components/usage/usage-text.ts'
import { useUsage } from '../../components/usage/use-usage.ts'
import { t } from '../../messages/messages.ts'

/** In milliseconds: how much of the history a row has room for. */
const SPAN = 2 * 60_000

/** The processor and the memory that an environment uses, as two small lines. */
export function RowUsage({ project }: { project: ProjectKey }) {
  const points = useUsage(project)?.all
  const last = points?.at(-1)
  if (!points || !last) return null
  return (
    <dl className="row-usage">
      <dt>{t('usage.cpu')}</dt>
      <dd>
        <Sparkline points={points.map(({ at, cpu }) => ({ at, value: cpu }))} span={SPAN} least={0.1} />
      </dd>
      <dd className="row-used">{cpuText(last.cpu)}</dd>
      <dt>{t('usage.memory')}</dt>
      <dd>
        <Sparkline
          points={points.map(({ at, memory }) => ({ at, value: memory }))}
          span={SPAN}
          least={16e6}
        />
      </dd>
      <dd className="row-used">{size(last.memory)}</dd>
    </dl>
  )
}
