import { readFile } from 'node:fs/promises'
import { rigPaths } from './home.ts'
import { RigError } from './rig-error.ts'

/** One request that the rig's registry received. */
interface RegistryCall {
  at: string
  method: string
  path: string
}

/**
 * How many requests the registry has received so far, counted before each was answered. Two equal counts
 * prove that nothing between them asked the registry. Tests run side by side: name a repository of the
 * test's own ("debian", "team/app") to count its requests only.
 */
export async function registryCalls(repository?: string): Promise<number> {
  return (await registryLog(repository)).length
}

/** The requests themselves, oldest first: for the message of an assertion. */
export async function registryLog(repository?: string): Promise<RegistryCall[]> {
  const file = process.env['PRISTINE_RIG_REGISTRY_LOG'] || rigPaths().front.requests
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new RigError(
      `The registry's log ${file} cannot be read.`,
      'Start the rig: npm run -s rig -- start',
      { cause },
    )
  })
  const calls = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RegistryCall)
  if (repository === undefined) return calls
  const start = `/v2/${repositoryPath(repository)}/`
  return calls.filter((call) => call.path.startsWith(start))
}

/** The name under which the registry stores a repository: a name without a slash is an official image. */
export function repositoryPath(repository: string): string {
  return repository.includes('/') ? repository : `library/${repository}`
}
