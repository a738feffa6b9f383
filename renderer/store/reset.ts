import * as z from 'zod/mini'
import { type OperationId, type ProjectKey, Sha256 } from '../../shared/ids.ts'
import type { OperationEnd } from '../../shared/operation.ts'
import { Permission } from '../../shared/trust.ts'
import { client } from '../client/client.ts'
import { duration } from '../components/format.ts'
import { t } from '../messages/messages.ts'
import { hrefOf } from '../route.ts'
import { closeDialog, showDialog } from './dialogs.ts'
import { notify, notifyFailure } from './notices.ts'
import { whenEnded } from './operation-end.ts'
import { askForMissing, askingForSecrets } from './secrets.ts'
import { changeSettings, settings } from './settings.ts'

/** Whether a project's reset is confirmed by the person each time. */
const asksReset = (project: ProjectKey): boolean =>
  !settings.getState().settings?.resetUnasked.includes(project)

/** Resets at once if the person chose not to be asked, otherwise asks. `to`: a version's name, else known-good. */
export async function wantReset(project: ProjectKey, to?: string): Promise<void> {
  if (asksReset(project)) return showDialog({ kind: 'reset', project, ...(to !== undefined && { to }) })
  await askingForSecrets(project, () => reset(project, to))
}

/** Resets what the dialog asked about, and remembers not to ask again if that was chosen. */
export async function confirmReset(
  project: ProjectKey,
  to: string | undefined,
  unasked: boolean,
): Promise<void> {
  closeDialog()
  const resetUnasked = settings.getState().settings?.resetUnasked ?? []
  const remembered =
    unasked && !resetUnasked.includes(project)
      ? changeSettings({ resetUnasked: [...resetUnasked, project] }).catch(notifyFailure)
      : undefined
  await askingForSecrets(project, () => reset(project, to))
  await remembered
}

/** What an error `not-trusted` holds. */
const Refusal = z.object({ asked: z.array(Permission), fingerprint: Sha256 })

async function reset(project: ProjectKey, to: string | undefined, trust?: Sha256): Promise<void> {
  const began = performance.now()
  try {
    const target = to ?? `v${(await client.versions.list({ project })).find((one) => one.knownGood)?.ordinal}`
    const { operation } = await client.environment.reset({
      project,
      ...(to !== undefined && { to }),
      ...(trust !== undefined && { trust }),
    })
    const end = await whenEnded(project, operation)
    if (end.state === 'done') {
      notify({
        tone: 'good',
        text: t('reset.done', { to: target, time: duration(performance.now() - began) }),
      })
    } else if (end.state === 'failed' && end.error.code === 'not-trusted') {
      const { asked, fingerprint } = Refusal.parse(end.error.data)
      const again = (trust: Sha256) => reset(project, to, trust)
      showDialog({ kind: 'trust', project, refused: { asked, fingerprint, again } })
    } else if (!(await askForMissing(project, end, () => reset(project, to, trust)))) {
      notifyEnd(project, operation, end, t('reset.cancelled'))
    }
  } catch (error) {
    notifyFailure(error)
  }
}

/** Reports that an operation did not do what was requested, and where to see why. */
export function notifyEnd(
  project: ProjectKey,
  operation: OperationId,
  end: OperationEnd,
  cancelled: string,
): void {
  const link = { text: t('action.view-error'), href: hrefOf({ screen: 'build', project, operation }) }
  if (end.state === 'failed') {
    notify({ tone: 'bad', text: end.error.message, hint: end.error.hint, link })
  } else notify({ tone: 'bad', text: end.state === 'lost' ? t('reset.lost') : cancelled, link })
}
