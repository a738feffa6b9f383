import { Button, Checkbox, Skeleton } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { DeferredContent } from '../../../shared/clone.ts'
import { exact } from '../../../shared/exact.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { PermissionRequest } from '../../../shared/trust.ts'
import { client } from '../../client/client.ts'
import { toFailure } from '../../client/failure.ts'
import { Dialog } from '../../components/Dialog.tsx'
import { FailureBox } from '../../components/FailureBox.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { go } from '../../route.ts'
import { startTrusted } from '../../store/actions/start.ts'
import { closeDialog, type Refused } from '../../store/app/dialogs.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { projectOf, projects } from '../../store/projects/projects.ts'
import { PermissionList } from './PermissionList.tsx'
import '../environment/dialogs.css'
import './trust.css'

/** What a project reaches, before anything of it runs: all of it at first, later only what is new. */
export default function TrustDialog({
  project,
  refused,
}: {
  project: ProjectKey
  refused: Refused | undefined
}) {
  const summary = useStore(projects, projectOf(project))
  const name = summary?.name ?? ''
  const runs = summary?.state === 'ready' || summary?.state === 'starting' || summary?.state === 'unhealthy'
  const request = useAnswer(project, async (signal) =>
    refused ? requestOf(refused) : client.trust.request({ project }, { signal }),
  )
  const found = useAnswer(project, async (signal) => {
    const [definition, leftOut] = await Promise.all([
      client.projects.definition({ project }, { signal }),
      client.projects.leftOut({ project }, { signal }),
    ])
    return { file: definition.file, leftOut }
  })
  const [busy, setBusy] = useState(false)
  const [outdated, setOutdated] = useState(false)
  const [any, setAny] = useState(false)
  const { value, failure } = request
  // Where something of it was granted, or one's own folder ran before, only the rest is asked.
  const ran = value?.origin === 'folder' && summary?.version != null
  const more = refused !== undefined || ran || (value !== undefined && isPartly(value))
  const trust = async (requestSeen: PermissionRequest) => {
    const fingerprint = (any && requestSeen.anyFiles) || requestSeen.fingerprint
    setBusy(true)
    try {
      if (refused) {
        closeDialog()
        await refused.again(fingerprint)
        return
      }
      await client.trust.grant({ project, fingerprint })
      closeDialog()
      await startTrusted(project)
    } catch (error) {
      setBusy(false)
      if (toFailure(error).code === 'trust-outdated') {
        setOutdated(true)
        request.again()
      } else notifyFailure(error)
    }
  }
  const view = () => {
    closeDialog()
    go({ screen: 'environment', project, tab: 'definition' })
  }
  const unreadable = failure && !request.asking ? failure : undefined
  return (
    <Dialog opened onClose={closeDialog} className="dialog trust" size={640} title={title()}>
      {unreadable && <FailureBox report={unreadable.report} retry={request.again} />}
      {!value && !unreadable && <Waiting />}
      {value && !unreadable && (
        <>
          {outdated && (
            <p className="trust-outdated" role="alert">
              {t('trust.outdated')}
            </p>
          )}
          <About request={value} file={found.value?.file} more={more} />
          <PermissionList
            all={more ? value.asked : value.capabilities}
            beyond={value.beyond}
            ofLayer={value.ofLayer ?? []}
            whole={!more}
          />
          {value.changedFiles.length > 0 && <Changed files={value.changedFiles} />}
          {value.anyFiles !== null && (
            <Checkbox
              mt={14}
              checked={any}
              onChange={(event) => setAny(event.currentTarget.checked)}
              label={t('trust.anyFiles')}
              description={t('trust.anyFilesAbout')}
            />
          )}
          {found.value?.leftOut && <Fetched leftOut={found.value.leftOut} />}
        </>
      )}
      <div className="dialog-buttons">
        {value && !unreadable && (
          <Button style={{ marginRight: 'auto' }} variant="subtle" onClick={view}>
            {t('trust.view')}
          </Button>
        )}
        <Button data-autofocus onClick={closeDialog}>
          {t(runs ? 'trust.later' : 'trust.notNow')}
        </Button>
        {!unreadable && (
          <Button
            variant="filled"
            loading={busy}
            disabled={!value || request.asking}
            onClick={() => value && void trust(value)}
          >
            {t('trust.start')}
          </Button>
        )}
      </div>
    </Dialog>
  )

  function title(): string {
    if (unreadable) return t('trust.titleUnreadable', { name })
    return t(value && more ? 'trust.titleMore' : 'trust.titleFirst', { name })
  }
}

/** What was refused of something else than a start is the whole of what is asked. */
const requestOf = ({ asked, fingerprint }: Refused): PermissionRequest => ({
  fingerprint,
  anyFiles: null,
  changedFiles: [],
  capabilities: asked,
  beyond: asked,
  asked,
  granted: false,
  origin: 'folder',
  remote: null,
})

/** Whether something of what needs a grant was granted already. */
const isPartly = ({ origin, asked, capabilities, beyond }: PermissionRequest): boolean =>
  asked.length < (origin === 'clone' ? capabilities : beyond).length

function About({
  request,
  file,
  more,
}: {
  request: PermissionRequest
  file: string | undefined
  more: boolean
}) {
  const { remote, origin, beyond } = request
  return (
    <div className="trust-about">
      {origin === 'clone' && remote !== null && (
        <p className="mono dim">{t('trust.from', { remote: exact(remote) })}</p>
      )}
      <p>
        {t('trust.runs')} {file !== undefined && t('trust.definition', { file: exact(file) })}
      </p>
      {!more && <p>{t('trust.intro')}</p>}
      <p className="dim">
        {t(more ? 'trust.more' : beyond.length === 0 ? 'trust.defaults' : 'trust.beyond')}
      </p>
    </div>
  )
}

function Changed({ files }: { files: string[] }) {
  const some = files.slice(0, 5).map(exact).join(', ')
  const more = files.length - 5
  return (
    <p className="dim trust-fetched">
      {more > 0
        ? t('trust.changedFilesMore', { names: some, count: more })
        : t('trust.changedFiles', { names: some })}
    </p>
  )
}

function Fetched({ leftOut: { submodules, largeFiles } }: { leftOut: DeferredContent }) {
  const some = submodules.slice(0, 5).map(exact).join(', ')
  const more = submodules.length - 5
  const names = more > 0 ? t('trust.submodulesMore', { names: some, count: more }) : some
  return (
    <p className="dim trust-fetched">
      {t('trust.leftOut')}{' '}
      {[
        ...(submodules.length > 0 ? [t('trust.submodules', { count: submodules.length, names })] : []),
        ...(largeFiles > 0 ? [t('trust.largeFiles', { count: largeFiles })] : []),
      ].join(', ')}
    </p>
  )
}

function Waiting() {
  return (
    <div aria-busy="true">
      <span className="hidden" role="status">
        {t('trust.loading')}
      </span>
      <Skeleton height={18} width="70%" mb={14} />
      <Skeleton height={120} />
    </div>
  )
}
