import { useStore } from 'zustand'
import { client } from '../../client/client.ts'
import { CopyButton } from '../../components/CopyButton.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { engine } from '../../store/app/engine.ts'
import { projects } from '../../store/projects/projects.ts'
import { reportOf } from './report.ts'

/** What a report of a problem should hold, and nothing that names anybody. */
export function Diagnostics() {
  const about = useAnswer('about', () => client.app.about())
  const state = useStore(engine, (store) => store.engine)
  const list = useStore(projects, (store) => store.projects)
  const report = reportOf(about.value, state, list ?? [], navigator.userAgent)
  return (
    <>
      <p className="dim">{t('settings.diagnosticsText')}</p>
      <pre>{report}</pre>
      <div>
        <CopyButton text={report}>{t('settings.diagnosticsCopy')}</CopyButton>
      </div>
    </>
  )
}
