import { Button, Skeleton } from '@mantine/core'
import { useState } from 'react'
import type { ProjectSummary } from '../../../shared/project.ts'
import { type Proposal, type ProposedFile, proposedText } from '../../../shared/proposal.ts'
import { client } from '../../client/client.ts'
import { CopyButton } from '../../components/CopyButton.tsx'
import { FailureBox } from '../../components/FailureBox.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { go } from '../../route.ts'
import { notify, notifyFailure } from '../../store/app/notices.ts'
import './proposal.css'

/**
 * In the place of a definition that is not there: the one that is proposed, in full and with the reason of each line.
 * It is written when the person agrees; `written` is called then.
 */
export function ProposedDefinition({ summary, written }: { summary: ProjectSummary; written(): void }) {
  const { key: project } = summary
  const proposal = useAnswer(project, (signal) => client.projects.propose({ project }, { signal }))
  const [busy, setBusy] = useState(false)
  const write = async ({ fingerprint, files }: Proposal) => {
    setBusy(true)
    try {
      await client.projects.writeProposal({ project, fingerprint })
      notify({
        tone: 'good',
        text: t('proposal.written', { files: files.map(({ file }) => file).join(', ') }),
      })
      go({ screen: 'environment', project, tab: 'overview' })
      written()
    } catch (error) {
      notifyFailure(error)
      proposal.again()
    }
    setBusy(false)
  }
  const { value } = proposal
  if (!value) {
    if (proposal.failure) return <FailureBox report={proposal.failure.report} retry={proposal.again} />
    return (
      <div aria-busy="true" role="status" aria-label={t('proposal.loading')}>
        <Skeleton height={300} />
      </div>
    )
  }
  return (
    <div className="proposal">
      <section className="card proposal-part">
        <h2>{t('proposal.title')}</h2>
        <p>
          {value.stack === null ? t('proposal.unknown') : t('proposal.stack', { stack: value.stack })}{' '}
          {value.chosen} {t('proposal.proposes')}
        </p>
        <p className="dim">{t('proposal.asked')}</p>
      </section>
      {value.files.map((file) => (
        <File key={file.file} file={file} />
      ))}
      {value.warnings.length > 0 && (
        <section className="card proposal-part">
          <h2>{t('proposal.missing')}</h2>
          <ul>
            {value.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </section>
      )}
      <div className="proposal-buttons">
        <Button onClick={proposal.again} loading={proposal.asking && !busy} disabled={busy}>
          {t('proposal.again')}
        </Button>
        <Button variant="filled" onClick={() => void write(value)} loading={busy}>
          {t('proposal.write')}
        </Button>
      </div>
    </div>
  )
}

function File({ file }: { file: ProposedFile }) {
  return (
    <section className="card proposal-part">
      <div className="row">
        <h2 className="grow mono">{file.file}</h2>
        <CopyButton text={proposedText(file)} label={t('proposal.copy', { file: file.file })} />
      </div>
      <ol className="proposal-lines" aria-label={t('proposal.lines', { file: file.file })}>
        {file.lines.map(({ text, reason }) => (
          <li key={text}>
            <code>{text}</code>
            {reason !== null && <span className="dim">{reason}</span>}
          </li>
        ))}
      </ol>
    </section>
  )
}
