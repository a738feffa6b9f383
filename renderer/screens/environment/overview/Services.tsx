import type { EnvironmentState, Status } from '../../../../shared/environment.ts'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { Chip } from '../../../components/Chip.tsx'
import { t } from '../../../messages/messages.ts'
import { LivePort, Port } from './Ports.tsx'
import { ProgramStart } from './ProgramStart.tsx'
import { ServiceList } from './ServiceList.tsx'
import './services.css'

const TONES = {
  absent: 'plain',
  starting: 'busy',
  ready: 'good',
  unhealthy: 'bad',
  paused: 'bad',
  stopped: 'plain',
} as const

/** What runs, where it is reached, and how its program is started. */
export function Services({
  project,
  facts,
  status: { environment },
  state,
}: {
  project: ProjectKey
  facts: string
  status: Status
  state: EnvironmentState
}) {
  const runs = state === 'ready' || state === 'unhealthy' || state === 'starting'
  if (environment.services.length > 0) {
    return (
      <>
        <ServiceList project={project} facts={facts} services={environment.services} state={state} />
        {runs && <ProgramStart project={project} facts={facts} />}
      </>
    )
  }
  return (
    <>
      <ul className="services">
        {environment.containers.map(({ service, name }) => {
          const ports = environment.ports.filter((port) => port.service === service)
          return (
            <li key={name}>
              <div className="row">
                <b>{service}</b>
                <Chip tone={TONES[state]}>{t(`overview.health.${state}`)}</Chip>
                <code className="faint cut">{name}</code>
              </div>
              {ports.length === 0 && <p className="dim">{t('overview.noPorts')}</p>}
              {ports.map((port) =>
                runs && port.protocol === 'tcp' ? (
                  <LivePort key={port.container} project={project} facts={facts} port={port} />
                ) : (
                  <Port key={`${port.container}/${port.protocol}`} port={port} />
                ),
              )}
            </li>
          )
        })}
      </ul>
      {runs && <ProgramStart project={project} facts={facts} />}
    </>
  )
}
