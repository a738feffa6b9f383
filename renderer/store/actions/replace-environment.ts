import * as z from 'zod/mini'
import { type OperationId, type ProjectKey, Sha256 } from '../../../shared/ids.ts'
import type { OperationEnd } from '../../../shared/operation.ts'
import { Permission } from '../../../shared/trust.ts'
import { t } from '../../messages/messages.ts'
import { hrefOf } from '../../route.ts'
import { showDialog } from '../app/dialogs.ts'
import { notify, notifyFailure } from '../app/notices.ts'
import { causeOf } from '../operations/failure-cause.ts'
import { whenEnded } from '../operations/operation-end.ts'
import { askForMissing } from './secrets.ts'

/** Work that replaces an environment. */
export interface Replacement {
  /** Begins it; `trust` is what the person granted since it was refused. */
  begin(trust?: Sha256): Promise<{ operation: OperationId }>
  /** What is reported once it is done, after so many milliseconds. */
  done(time: number): string
  cancelled: string
}

/** What an error `not-trusted` holds. */
const Refusal = z.object({ asked: z.array(Permission), fingerprint: Sha256 })

/**
 * Does the work and reports how it ended. What it lacks is asked for, and then it is done again: the grant of what was
 * refused, or a secret.
 */
export async function replaceEnvironment(
  project: ProjectKey,
  work: Replacement,
  trust?: Sha256,
): Promise<void> {
  const began = performance.now()
  try {
    const { operation } = await work.begin(trust)
    const end = await whenEnded(project, operation)
    if (end.state === 'done') {
      notify({ tone: 'good', text: work.done(performance.now() - began) })
    } else if (end.state === 'failed' && end.error.code === 'not-trusted') {
      const { asked, fingerprint } = Refusal.parse(end.error.data)
      const again = (trust: Sha256) => replaceEnvironment(project, work, trust)
      showDialog({ kind: 'trust', project, refused: { asked, fingerprint, again } })
    } else if (!(await askForMissing(project, end, () => replaceEnvironment(project, work, trust)))) {
      notifyEnd(project, operation, end, work.cancelled)
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
    notify({ tone: 'bad', text: causeOf(end.error), hint: end.error.hint, link })
  } else notify({ tone: 'bad', text: end.state === 'lost' ? t('reset.lost') : cancelled, link })
}
