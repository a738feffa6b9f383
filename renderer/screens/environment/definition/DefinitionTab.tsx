import { Button, Skeleton } from '@mantine/core'
import { exact } from '../../../../shared/exact.ts'
import type { DefinitionText, ProjectSummary } from '../../../../shared/project.ts'
import { lacksDefinition } from '../../../../shared/proposal.ts'
import { client } from '../../../client/client.ts'
import { Chip } from '../../../components/Chip.tsx'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { TextBox } from '../../../components/TextBox.tsx'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { showDialog } from '../../../store/app/dialogs.ts'
import { ProposedDefinition } from '../../open/ProposedDefinition.tsx'
import { shortChange } from '../changes.ts'
import { useOutdated } from '../use-outdated.ts'
import './definition.css'

/** The definition and its lock as they are on the disk, to be read. */
export function DefinitionTab({ summary, facts }: { summary: ProjectSummary; facts: string }) {
  const { key: project } = summary
  const definition = useAnswer(facts, (signal) => client.projects.definition({ project }, { signal }))
  if (definition.failure && lacksDefinition(definition.failure.report)) {
    return <ProposedDefinition summary={summary} written={definition.again} />
  }
  if (!definition.value && definition.failure) {
    return <FailureBox report={definition.failure.report} retry={definition.again} />
  }
  if (!definition.value) return <Skeleton height={300} />
  return <Texts summary={summary} definition={definition.value} again={definition.again} />
}

function Texts({
  summary,
  definition,
  again,
}: {
  summary: ProjectSummary
  definition: DefinitionText
  again(): void
}) {
  const { files, lock, pins, warnings } = definition
  const outdated = useOutdated(summary.key)
  return (
    <div className="definition">
      {warnings.length > 0 && (
        <section className="card compare-part warnings">
          <h2>{t('definition.warnings')}</h2>
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </section>
      )}
      <section className="card compare-part">
        <div className="row pins-head">
          <h2 className="grow">{t('definition.pins', { count: pins.length })}</h2>
          {pins.length > 0 && (
            <>
              <Button loading={outdated.asking} onClick={outdated.ask}>
                {t('definition.look')}
              </Button>
              <Button
                onClick={() =>
                  showDialog({ kind: 'lock', project: summary.key, file: lock.file, done: again })
                }
                disabled={summary.operation !== null}
              >
                {t('definition.update')}
              </Button>
            </>
          )}
        </div>
        {pins.length === 0 ? (
          <p className="dim">{t(lock.text === null ? 'definition.noLock' : 'definition.noPins')}</p>
        ) : (
          <Pins pins={pins} newer={outdated.pins?.map(({ reference }) => reference) ?? summary.newerPins} />
        )}
        {outdated.failure && <FailureBox report={outdated.failure.report} retry={outdated.ask} />}
        <p className="faint" role="status">
          {outdated.pins?.length === 0 && t('definition.allNewest')}
        </p>
      </section>
      {files.map(({ file, text }) => (
        <FileText key={file} file={file} text={text} />
      ))}
      {lock.text !== null && <FileText file={lock.file} text={lock.text} />}
    </div>
  )
}

/** `newer`: the references that point elsewhere today, if this was checked. */
function Pins({ pins, newer }: { pins: DefinitionText['pins']; newer: string[] }) {
  return (
    <ul className="pins">
      {pins.map(({ reference, resolved, version }) => (
        <li key={reference}>
          <code>{reference}</code>
          {version !== undefined && <span className="dim">{exact(version)}</span>}
          <code className="faint cut" title={resolved}>
            {shortChange({ input: '', from: null, to: resolved }).to}
          </code>
          {newer.includes(reference) && <Chip tone="busy">{t('definition.newer')}</Chip>}
          <CopyButton size="compact-sm" text={resolved} label={t('definition.copyPin', { reference })} />
        </li>
      ))}
    </ul>
  )
}

function FileText({ file, text }: { file: string; text: string }) {
  return (
    <section className="card compare-part">
      <div className="row">
        <h2 className="grow mono">{file}</h2>
        <CopyButton text={text} label={t('definition.copy', { file })} />
      </div>
      <TextBox className="text" label={file}>
        {text}
      </TextBox>
    </section>
  )
}
