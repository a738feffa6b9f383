import { Button } from '@mantine/core'
import type { EnvironmentState, Status } from '../../../shared/environment.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { PublishedPort } from '../../../shared/port.ts'
import { portAddress } from '../../../shared/port-address.ts'
import { Chip } from '../../components/Chip.tsx'
import { CopyButton } from '../../components/CopyButton.tsx'
import { t } from '../../messages/messages.ts'
import { openPort } from '../../store/perform-action.ts'
import { ProgramStart } from './ProgramStart.tsx'
import { usePortListening } from './use-port-listening.ts'

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

/** A port of a running container: whether anything listens there decides whether it can be opened. */
function LivePort({ project, facts, port }: { project: ProjectKey; facts: string; port: PublishedPort }) {
  const listens = usePortListening(project, port.host, facts)
  return <Port port={port} listens={listens} />
}

/** `listens`: null while unknown, absent if it is not checked. */
function Port({ port, listens }: { port: PublishedPort; listens?: boolean | null }) {
  const { container, host, protocol, label, scheme } = port
  const address = `127.0.0.1:${host}`
  return (
    <div className="port">
      <code>
        {container}
        {protocol === 'udp' && '/udp'} → {scheme && `${scheme}://`}
        {address}
      </code>
      <span
        className="faint grow"
        role="status"
        title={listens === false ? t('overview.deadWhy') : undefined}
      >
        {[label, listens === false && t('overview.dead')].filter(Boolean).join(' · ')}
      </span>
      {protocol === 'tcp' && (
        <Button
          size="compact-sm"
          disabled={listens === false}
          onClick={() => void openPort(port)}
          aria-label={t('overview.openPort', { port: container })}
        >
          {t('action.open')}
        </Button>
      )}
      <CopyButton
        size="compact-sm"
        text={protocol === 'tcp' ? portAddress(port) : address}
        label={t('overview.copyPort', { port: container })}
      />
    </div>
  )
}
