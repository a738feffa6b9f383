import { Button } from '@mantine/core'
import type { ProjectSummary } from '../../../../shared/project.ts'
import { client } from '../../../client/client.ts'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { openWith } from '../../../store/actions/perform-action.ts'

/** Where to work once an environment runs: the editors of this computer, a terminal. Its ports are listed below. */
export function OpenButtons({ summary }: { summary: ProjectSummary }) {
  const editors = useAnswer('editors', () => client.environment.editors()).value ?? []
  if (summary.state !== 'ready') return null
  return (
    <>
      {editors.map(({ id, name }) => (
        <Button key={id} onClick={() => void openWith(summary, id)}>
          {t('environment.openEditor', { name })}
        </Button>
      ))}
      <Button onClick={() => void openWith(summary, 'terminal')}>{t('environment.openTerminal')}</Button>
    </>
  )
}
