import { Button } from '@mantine/core'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { PublishedPort } from '../../../../shared/port.ts'
import { portAddress } from '../../../../shared/port-address.ts'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { t } from '../../../messages/messages.ts'
import { openPort } from '../../../store/actions/perform-action.ts'
import { usePortListening } from './use-port-listening.ts'

/** A port of a running container: whether anything listens there decides whether it can be opened. */
export function LivePort({
  project,
  facts,
  port,
}: {
  project: ProjectKey
  facts: string
  port: PublishedPort
}) {
  const listens = usePortListening(project, port.host, facts)
  return <Port port={port} listens={listens} />
}

/** `listens`: null while unknown, absent if it is not checked. */
export function Port({ port, listens }: { port: PublishedPort; listens?: boolean | null }) {
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
