import { Skeleton } from '@mantine/core'
import { exact } from '../../../../shared/exact.ts'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { DefinitionText } from '../../../../shared/project.ts'
import { client } from '../../../client/client.ts'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { hrefOf } from '../../../route.ts'
import { PermissionList } from '../../trust/PermissionList.tsx'
import '../../trust/trust.css'

/** What was found in a folder that was never started: which definition, and all that it would reach. */
export function FoundDefinition({
  project,
  definition,
}: {
  project: ProjectKey
  definition: DefinitionText
}) {
  const { value, failure } = useAnswer(project, (signal) => client.trust.request({ project }, { signal }))
  // Its problems are shown above.
  if (failure) return null
  return (
    <>
      <p>
        {t('found.definition', { kind: kindOf(definition), file: exact(definition.file) })}{' '}
        <a href={hrefOf({ screen: 'environment', project, tab: 'definition' })}>{t('action.definition')}</a>
      </p>
      {value ? (
        <PermissionList all={value.capabilities} beyond={value.beyond} whole />
      ) : (
        <Skeleton height={160} />
      )}
      <p className="dim">{t('trust.runs')}</p>
    </>
  )
}

/** In words; its first file is the definition, a second one the Dockerfile that it names. */
const kindOf = ({ file, files }: DefinitionText): string =>
  t(!file.endsWith('.json') ? 'found.dockerfile' : files.length > 1 ? 'found.build' : 'found.image')
