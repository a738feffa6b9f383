import * as z from 'zod/mini'
import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import type { OperationEnd } from '../../../shared/operation.ts'
import { client } from '../../client/client.ts'
import { dialogs, showDialog } from '../app/dialogs.ts'
import { notifyFailure } from '../app/notices.ts'
import { whenEnded } from '../operations/operation-end.ts'

/**
 * Goes on with what starts an environment, once the person was asked for the declared secrets that have no value. An
 * error that prevents reading them also prevents the start, and is reported there. Errors: those of `goOn`.
 */
export async function askingForSecrets(project: ProjectKey, goOn: () => Promise<unknown>): Promise<void> {
  const secrets = await client.secrets.wanted({ project }).catch(() => [])
  if (secrets.length > 0) showDialog({ kind: 'secrets', project, secrets, before: 'start', goOn })
  else await goOn()
}

/**
 * The same for work that is an operation. If that fails because a secret is missing, which was skipped or removed, the
 * person is asked for it, and the work is repeated. Errors: those of `begin`.
 */
export function beginWithSecrets(
  project: ProjectKey,
  begin: () => Promise<{ operation: OperationId }>,
): Promise<void> {
  const work = async () => {
    const { operation } = await begin()
    void whenEnded(project, operation)
      .then((end) => askForMissing(project, end, work))
      .catch(notifyFailure)
  }
  return askingForSecrets(project, work)
}

/** What an error `secret-missing` holds. */
const Missing = z.object({ name: z.string() })

/** Asks for the secret for want of which work failed, and then does it again; whether it does. */
export async function askForMissing(
  project: ProjectKey,
  end: OperationEnd,
  again: () => Promise<unknown>,
): Promise<boolean> {
  if (end.state !== 'failed' || end.error.code !== 'secret-missing') return false
  const { name } = Missing.parse(end.error.data)
  const { secrets } = await client.secrets.list({ project })
  // A secret that only an older definition declared cannot be set; and no other dialog is closed for it.
  const declared = secrets.flatMap(({ state: _, ...secret }) => (secret.name === name ? [secret] : []))
  if (declared.length === 0 || dialogs.getState().dialog) return false
  showDialog({ kind: 'secrets', project, secrets: declared, before: 'again', goOn: again })
  return true
}
