import type { ProjectSummary } from '../../../shared/project.ts'
import { client } from '../../client/client.ts'
import { t } from '../../messages/messages.ts'
import { notify, notifyFailure } from '../app/notices.ts'

/** Verifies that lock, image and environment match the folder, and reports the result. */
export async function verify({ key: project, name }: ProjectSummary): Promise<void> {
  try {
    const { ordinal, image, environment } = await client.environment.verify({ project })
    const which = ordinal === null ? t('verify.unbuilt') : t('verify.version', { ordinal })
    const there = environment ? 'verify.environment' : image ? 'verify.image' : 'verify.nothing'
    notify({ tone: 'good', text: t('verify.done', { name, which }), why: t(there) })
  } catch (error) {
    notifyFailure(error)
  }
}
