import { Skeleton } from '@mantine/core'
import type { ContainerProcess, ServiceDetails } from '../../../../shared/container.ts'
import { exact } from '../../../../shared/exact.ts'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { duration, number, size } from '../../../components/format.ts'
import { t } from '../../../messages/messages.ts'
import { useProcesses } from './use-processes.ts'

/** So many processes are shown. */
const MAX = 500

/** The processes of a service, as they are at the moment. `wanted`: what they are filtered by, in lower case. */
export function Processes({
  wanted,
  ended,
  ...watched
}: {
  project: ProjectKey
  service: string | undefined
  details: ServiceDetails
  wanted: string
  ended(): void
}) {
  const { processes, failure, again } = useProcesses(watched, ended)
  const shown = processes?.filter(({ pid, user, command }) =>
    `${pid} ${user} ${command}`.toLowerCase().includes(wanted),
  )
  return (
    <section className="card compare-part" aria-label={t('runs.processes')}>
      <h3>
        {t('runs.processes')} {processes && <span className="faint">{number(processes.length)}</span>}
      </h3>
      {failure && <FailureBox report={failure.report} retry={again} />}
      {!shown ? (
        !failure && <Skeleton height={80} />
      ) : shown.length === 0 ? (
        <p className="dim">{t(processes?.length === 0 ? 'runs.noProcesses' : 'runs.nothingMatches')}</p>
      ) : (
        <Table processes={shown} />
      )}
    </section>
  )
}

function Table({ processes }: { processes: ContainerProcess[] }) {
  return (
    <>
      <table className="processes">
        <thead>
          <tr>
            <th scope="col">{t('runs.pid')}</th>
            <th scope="col">{t('runs.user')}</th>
            <th scope="col">{t('runs.cpuTime')}</th>
            <th scope="col">{t('runs.memory')}</th>
            <th scope="col">{t('runs.command')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {processes.slice(0, MAX).map(({ pid, user, cpu, memory, command }) => (
            <tr key={pid}>
              <td>{pid}</td>
              <td>{exact(user)}</td>
              <td>{cpu === 0 ? t('words.seconds', { seconds: 0 }) : duration(cpu * 1000)}</td>
              <td>{memory === null ? t('usage.uncounted') : size(memory)}</td>
              <td className="mono">
                <span className="runs-value" title={command}>
                  {exact(command)}
                </span>
              </td>
              <td>
                <CopyButton
                  size="compact-sm"
                  variant="subtle"
                  text={command}
                  label={t('common.copyOf', { name: exact(command) })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {processes.length > MAX && (
        <p className="dim">{t('changes.more', { count: processes.length - MAX })}</p>
      )}
    </>
  )
}
