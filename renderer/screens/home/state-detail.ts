import type { ProjectSummary } from '../../../shared/project.ts'
import { changeText } from '../../components/change-parts.ts'
import { t } from '../../messages/messages.ts'

/** What a state is about, in a few words: the step that runs, what is built and why, or where it failed. */
export function stateDetail({ operation, watch, failure }: ProjectSummary): string | undefined {
  const change = watch?.kind === 'building' || watch?.kind === 'swapping' ? changeOf(watch) : undefined
  const parts = [operation?.step?.name, change].filter((part) => part !== undefined)
  if (parts.length > 0) return parts.join(' · ')
  return failure && !operation ? placeOf(failure.error.data) : undefined
}

/** "v5 · nanoid 5.1.6 → 5.1.5" */
function changeOf({
  because,
  ordinal,
}: Extract<NonNullable<ProjectSummary['watch']>, { kind: 'building' | 'swapping' }>): string {
  const [first] = because
  const version = t('home.version', { ordinal })
  if (!first) return version
  return t('home.because', { version, reason: changeText(first), count: because.length })
}

/** Where a failure is: "Dockerfile line 14". */
function placeOf({ file, line }: Record<string, unknown>): string | undefined {
  if (typeof file !== 'string') return undefined
  return typeof line === 'number' ? t('home.line', { file, line }) : file
}
