import { defined } from './defined.ts'
import type { Fields } from './fields.ts'
import { readFileUse } from './read-secrets-and-configs.ts'
import type { StackBuild } from './stack.ts'

/** How a service's image is built. Error: definition-invalid. */
export function readBuild(build: Fields): StackBuild {
  const dockerfile = build.text('dockerfile')
  const dockerfileInline = build.text('dockerfile_inline')
  if (dockerfile !== undefined && dockerfileInline !== undefined) {
    throw build.problem('dockerfile', `"${build.name}" cannot have both "dockerfile" and "dockerfile_inline"`)
  }
  const inline = dockerfileInline !== undefined
  return {
    ...defined({
      dockerfile: inline ? undefined : dockerfile || 'Dockerfile',
      dockerfileInline,
      target: build.text('target'),
      network: build.text('network'),
      shmSize: build.bytes('shm_size'),
    }),
    context: build.requiredText('context'),
    args: withoutNull(build.pairs('args')),
    labels: build.filledPairs('labels'),
    additionalContexts: build.filledPairs('additional_contexts'),
    cacheFrom: build.texts('cache_from'),
    secrets: build.list('secrets').map(readFileUse),
    ssh: build.pairs('ssh'),
    extraHosts: build.texts('extra_hosts'),
    tags: build.texts('tags'),
    platforms: build.texts('platforms'),
  }
}

/** An argument without a value that this computer does not have either is none. */
const withoutNull = (pairs: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(pairs).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )
