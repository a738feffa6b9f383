import type { EnvironmentState } from '../../../../shared/environment.ts'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { Service } from '../../../../shared/service.ts'
import { Chip } from '../../../components/Chip.tsx'
import { t } from '../../../messages/messages.ts'
import { serviceDisplay } from '../../../store/projects/service-display.ts'
import { LivePort, Port } from './Ports.tsx'

/** The services of an environment that has several: how each stands, and where it is reached. */
export function ServiceList({
  project,
  facts,
  services,
  state,
}: {
  project: ProjectKey
  facts: string
  services: Service[]
  state: EnvironmentState
}) {
  return (
    <ul className="service-list">
      {services.map((service) => {
        const { tone, label } = serviceDisplay(service, state)
        const { name, entry, image, ports } = service
        return (
          <li key={name} className="service-row">
            <div className="service-who">
              <b>{name}</b>
              {entry && <Chip>{t('services.entry')}</Chip>}
              {image && <code className="faint">{image}</code>}
            </div>
            <div>
              <Chip tone={tone}>{label}</Chip>
            </div>
            <div className="service-ports">
              {ports.length === 0 && <span className="faint">{t('services.noPorts')}</span>}
              {ports.map((port) =>
                service.state.kind === 'running' && port.protocol === 'tcp' ? (
                  <LivePort key={port.container} project={project} facts={facts} port={port} />
                ) : (
                  <Port key={`${port.container}/${port.protocol}`} port={port} />
                ),
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
