import { Button } from '@mantine/core'
import type { DeclaredSecret } from '../../../shared/definition.ts'
import { exact } from '../../../shared/exact.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { SecretState } from '../../../shared/secret.ts'
import { client } from '../../client/client.ts'
import { Chip, type Tone } from '../../components/Chip.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { showDialog } from '../../store/app/dialogs.ts'
import { notify, notifyFailure } from '../../store/app/notices.ts'
import { OutsideLink } from './OutsideLink.tsx'
import { storageText } from './storage-text.ts'
import './secrets.css'

/** The secrets that the definition declares, and their state. It is left out where there are none. */
export function Secrets({ project, facts }: { project: ProjectKey; facts: string }) {
  const list = useAnswer(facts, (signal) => client.secrets.list({ project }, { signal }))
  if (!list.value || list.value.secrets.length === 0) return null
  const remove = async (name: string) => {
    try {
      await client.secrets.remove({ project, name })
      notify({ tone: 'good', text: t('secrets.wasRemoved', { name }) })
    } catch (error) {
      notifyFailure(error)
    }
    list.again()
  }
  return (
    <section className="overview-card">
      <h2>{t('secrets.title')}</h2>
      <p className="dim">{t('secrets.about')}</p>
      <ul className="secrets">
        {list.value.secrets.map(({ state, ...secret }) => (
          <OneSecret
            key={secret.name}
            secret={secret}
            state={state}
            set={() =>
              showDialog({ kind: 'secrets', project, secrets: [secret], before: 'nothing', goOn: list.again })
            }
            remove={() => void remove(secret.name)}
          />
        ))}
      </ul>
      <p className="faint">{storageText(list.value)}</p>
    </section>
  )
}

const TONES: Record<SecretState, Tone> = {
  environment: 'good',
  process: 'good',
  'key-store': 'good',
  missing: 'warn',
}

function OneSecret({
  secret: { name, description, documentationUrl },
  state,
  set,
  remove,
}: {
  secret: DeclaredSecret
  state: SecretState
  set(): void
  remove(): void
}) {
  const own = state === 'process' || state === 'key-store'
  return (
    <li>
      <div className="grow">
        <div className="secret-name">
          <code>{name}</code>
          <Chip tone={TONES[state]}>{t(`secrets.state.${state}`)}</Chip>
        </div>
        {description && <p className="dim secret-words">{exact(description)}</p>}
        {documentationUrl && (
          <p className="secret-link">
            <OutsideLink url={documentationUrl} />
          </p>
        )}
      </div>
      {state !== 'environment' && (
        <Button
          size="compact-sm"
          onClick={set}
          aria-label={t(own ? 'secrets.replaceLabel' : 'secrets.setLabel', { name })}
        >
          {t(own ? 'secrets.replace' : 'secrets.set')}
        </Button>
      )}
      {own && (
        <Button
          size="compact-sm"
          variant="outline"
          color="bad"
          onClick={remove}
          aria-label={t('secrets.removeLabel', { name })}
        >
          {t('secrets.remove')}
        </Button>
      )}
    </li>
  )
}
