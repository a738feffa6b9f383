import type { SecretList } from '../../../shared/secret.ts'
import { t } from '../../messages/messages.ts'

/** Where values are kept, and for how long. */
export function storageText({ store, problem, secrets }: SecretList): string {
  // A value that is held only until Pristine ends shows that the key store could not be used.
  const usable = store !== null && problem === null && secrets.every(({ state }) => state !== 'process')
  if (usable) return t('secrets.kept', { store })
  return t('secrets.notKept', {
    why: problem === null ? '' : t('secrets.why', { problem: withoutStop(problem) }),
  })
}

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')
