import { Button } from '@mantine/core'
import { useState } from 'react'
import { exact } from '../../../../shared/exact.ts'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { client } from '../../../client/client.ts'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { hrefOf } from '../../../route.ts'
import { typeInTerminal } from '../../../store/actions/typed-terminal.ts'

/** How the program inside is started; nothing if that cannot be read, which is reported elsewhere. */
export function ProgramStart({ project, facts }: { project: ProjectKey; facts: string }) {
  const { value } = useAnswer(facts, (signal) => client.environment.programStart({ project }, { signal }))
  const [opening, setOpening] = useState(false)
  if (!value) return null
  const { own, hooks, likely } = value
  const type = async (command: string) => {
    setOpening(true)
    await typeInTerminal(project, command)
    setOpening(false)
  }
  return (
    <section className="program-start" aria-label={t('program.title')}>
      {own && (
        <p className="dim">
          {t('program.own')}{' '}
          <a href={hrefOf({ screen: 'environment', project, tab: 'logs' })}>{t('action.logs')}</a>
        </p>
      )}
      {hooks.map(({ hook, command }) => (
        <p key={`${hook} ${command}`} className="dim">
          {t('program.hook', { hook })} <code>{exact(command)}</code>
        </p>
      ))}
      {likely && (
        <>
          <p>
            {t('program.likely')} <code>{likely.command}</code>{' '}
            <span className="faint">{t('program.from', { file: likely.from })}</span>
          </p>
          <div className="row">
            <Button size="compact-sm" loading={opening} onClick={() => void type(likely.command)}>
              {t('program.type')}
            </Button>
            <CopyButton size="compact-sm" text={likely.command} label={t('program.copy', likely)} />
          </div>
        </>
      )}
      {!own && !likely && hooks.length === 0 && <p className="dim">{t('program.unknown')}</p>}
    </section>
  )
}
