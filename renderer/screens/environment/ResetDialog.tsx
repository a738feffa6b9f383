import { Button, Checkbox } from '@mantine/core'
import { useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/version.ts'
import { client } from '../../client/client.ts'
import { Dialog } from '../../components/Dialog.tsx'
import { size } from '../../components/format.ts'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { confirmReset } from '../../store/actions/reset.ts'
import { type DataReset, dataOfVersion, proposedData, resetChoices } from '../../store/actions/reset-data.ts'
import { closeDialog } from '../../store/app/dialogs.ts'
import { projectOf, projects } from '../../store/projects/projects.ts'
import { isDestructive, type ResetChoice, resetChoice } from '../../store/versions/reset-choice.ts'
import { bytesOf } from './data/data-text.ts'
import { lossText, useLoss } from './loss.ts'
import { ResetData } from './ResetData.tsx'
import './dialogs.css'

/** Asks before a reset: what is replaced and lost, and what is kept. `to`: a version's name, else known-good. */
export function ResetDialog({ project, to }: { project: ProjectKey; to?: string | undefined }) {
  const summary = useStore(projects, projectOf(project))
  const [unasked, setUnasked] = useState(false)
  const [reset, setReset] = useState<DataReset>()
  const versions = useAnswer(project, () => client.versions.list({ project }))
  const loss = useLoss(project)
  const data = useAnswer(project, async (signal) => {
    const [now, snapshots] = await Promise.all([
      client.environment.data({ project }, { signal }),
      client.snapshots.list({ project }, { signal }),
    ])
    return { volumes: now.volumes, bytes: bytesOf(now.volumes), choices: resetChoices(now, snapshots) }
  }).value
  const decided = useRef<ResetChoice>(undefined)
  // Decided once: what is about to be clicked must not become something else.
  if (to === undefined && versions.value && summary)
    decided.current ??= resetChoice(versions.value, summary, Date.now())
  const choice = decided.current
  const target = choice ? choice.target : versions.value?.find(({ ordinal }) => to === `v${ordinal}`)
  const other = choice ? choice.other : undefined
  const ofVersion = data && dataOfVersion(data.choices, target?.id, summary?.version?.id)
  const confirm = (where: string | undefined) =>
    void confirmReset(project, where, { unasked: unasked && !reset, data: reset })
  const none = versions.value !== undefined && !target
  const name = summary?.name ?? ''
  const goal = target ? `v${target.ordinal}` : to
  const back = (target?.ordinal ?? 0) < (summary?.version?.ordinal ?? 0)
  const title = !goal
    ? t('reset.titleUnknown', { name })
    : back
      ? t('reset.titleBack', { name, to: goal })
      : t(target?.knownGood ? 'reset.titleKnownGood' : 'reset.title', { name, to: goal })
  const destructive = isDestructive(loss.value, reset)
  return (
    <Dialog opened onClose={closeDialog} size={520} title={title} className="dialog">
      <p className="dim">{none ? t('reset.none') : aboutText(choice, target, summary?.version?.ordinal)}</p>
      <dl className="dialog-facts">
        <dt>{t('reset.replaced')}</dt>
        <dd aria-live="polite">{replacedText(lossText(loss), reset)}</dd>
        <dt>{t('reset.kept')}</dt>
        <dd aria-live="polite">{keptText(data, reset)}</dd>
      </dl>
      <div className="dialog-boxes">
        {data && data.volumes.length > 0 && (
          <ResetData
            choices={data.choices}
            ofVersion={ofVersion}
            to={goal ?? ''}
            bytes={data.bytes}
            proposed={proposedData(data.choices, ofVersion)}
            value={reset}
            change={setReset}
          />
        )}
        {/* Resets that nobody confirms keep the data. */}
        {!reset && (to !== undefined || target?.knownGood) && (
          <Checkbox
            checked={unasked}
            onChange={(event) => setUnasked(event.currentTarget.checked)}
            label={t('reset.unasked')}
          />
        )}
      </div>
      <div className="dialog-buttons">
        {other && (
          <Button
            className="dialog-other"
            {...(destructive && { color: 'bad', variant: 'outline' })}
            onClick={() => confirm(`v${other.ordinal}`)}
          >
            {t('reset.instead', { to: `v${other.ordinal}` })}
          </Button>
        )}
        <Button data-autofocus onClick={closeDialog}>
          {t('dialog.cancel')}
        </Button>
        <Button
          variant="filled"
          {...(destructive && { color: 'bad' })}
          disabled={none || (!goal && versions.asking)}
          onClick={() => confirm(goal)}
        >
          {back && goal ? t('reset.back', { to: goal }) : t('reset.confirm')}
        </Button>
      </div>
    </Dialog>
  )
}

function replacedText(lost: string, reset: DataReset | undefined): string {
  if (!reset) return lost
  return reset.snapshot === null
    ? t('reset.replacedFresh', { lost })
    : t('reset.replacedData', { lost, name: reset.snapshot })
}

function keptText(
  data: { volumes: unknown[]; bytes: number | null } | undefined,
  reset: DataReset | undefined,
): string {
  if (reset) return t(reset.discard ? 'reset.keptNoData' : 'reset.keptSnapshot')
  if (data?.volumes.length === 0) return t('reset.keptNoData')
  return data && data.bytes !== null ? t('reset.keptSized', { size: size(data.bytes) }) : t('reset.keptWhat')
}

/** What a reset brings, and why it is proposed. */
function aboutText(
  choice: ResetChoice | undefined,
  target: Version | undefined,
  running: number | undefined,
): string {
  const to = target ? `v${target.ordinal}` : ''
  const about = t(!target || target.knownGood ? 'reset.aboutKnownGood' : 'reset.about', { to })
  if (!choice || choice.why === 'known-good' || choice.why === 'chosen') return about
  return `${about} ${t(`reset.why.${choice.why}`, { runs: `v${running}` })}`
}
