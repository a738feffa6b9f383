import { isProductError, productError } from '../../shared/errors.ts'
import type { SecretState } from '../../shared/secret.ts'
import { readRemote } from '../git/origin-remote.ts'
import type { Project } from '../store/open-project.ts'
import type { SecretKey } from './key-store.ts'
import { secretVariable } from './secret-variable.ts'
import { keyStoreOf } from './system-key-store.ts'

/**
 * The largest value, in bytes: longer ones are cut without a word by `secret-tool`, whose buffer is 8 KiB, and so is a
 * line of `security`, with base64 in it.
 */
const LARGEST = 2_800

/** A secret's value, and where it comes from. */
type FoundSecret = { state: Exclude<SecretState, 'missing'>; value: string } | { state: 'missing' }

/**
 * Knows the values of secrets: given by the person's environment, for the time of this process, or in the system's key
 * store, in this order. A value that a person set belongs to one project, and is dropped when its folder moves or its
 * remote changes: another repository may be in its place then.
 */
export interface SecretProvider {
  /** The key store's name; null where this system has none. */
  store: string | null
  /** `problem`: why the key store could not be asked. */
  find(
    project: Project,
    names: readonly string[],
  ): Promise<{ found: Record<string, FoundSecret>; problem: string | null }>
  /** Errors: `secret-invalid`, `key-store-unusable`. */
  save(project: Project, name: string, value: string): Promise<void>
  /** Keeps a value until this process ends. Errors: `secret-invalid`. */
  holdInMemory(project: Project, name: string, value: string): Promise<void>
  /** Errors: `key-store-unusable`. */
  remove(project: Project, name: string): Promise<void>
}

export function openSecretProvider(env: Record<string, string | undefined>): SecretProvider {
  const store = keyStoreOf(env)
  const held = new Map<string, string>()

  async function findOne(key: SecretKey): Promise<FoundSecret> {
    const fromEnvironment = env[secretVariable(key.name)]
    if (fromEnvironment) return { state: 'environment', value: fromEnvironment }
    const inProcess = held.get(heldAs(key))
    if (inProcess !== undefined) return { state: 'process', value: inProcess }
    const kept = await store?.read(key)
    return kept ? { state: 'key-store', value: kept } : { state: 'missing' }
  }

  return {
    store: store?.name ?? null,
    find: async (project, names) => {
      if (names.length === 0) return { found: {}, problem: null }
      let problem: string | null = null
      const remote = await readRemote(project)
      const entries = names.map(async (name): Promise<[string, FoundSecret]> => {
        const found = await findOne({ project: project.key, remote, name }).catch((error: unknown) => {
          if (!isProductError(error, 'key-store-unusable')) throw error
          problem = error.why
          return { state: 'missing' } as const
        })
        return [name, found]
      })
      return { found: Object.fromEntries(await Promise.all(entries)), problem }
    },
    save: async (project, name, value) => {
      requireValid(name, value)
      if (!store) throw productError('key-store-unusable', { store: null, problem: NO_STORE })
      const key = await keyOf(project, name)
      await store.write(key, value)
      // Not every tool reports that it failed.
      if ((await store.read(key)) !== value) {
        throw productError('key-store-unusable', { store: store.name, problem: 'It did not keep the value.' })
      }
      held.delete(heldAs(key))
    },
    holdInMemory: async (project, name, value) => {
      requireValid(name, value)
      held.set(heldAs(await keyOf(project, name)), value)
    },
    remove: async (project, name) => {
      const key = await keyOf(project, name)
      const wasHeld = held.delete(heldAs(key))
      await store?.remove(key).catch((error: unknown) => {
        // What was held is held because the store cannot be used.
        if (!wasHeld) throw error
      })
    },
  }
}

async function keyOf(project: Project, name: string): Promise<SecretKey> {
  return { project: project.key, remote: await readRemote(project), name }
}

const heldAs = ({ project, remote, name }: SecretKey): string => JSON.stringify([project, remote, name])

const NO_STORE = 'Pristine knows no key store of this system that it could use.'

function requireValid(name: string, value: string): void {
  const invalid = (problem: string) => productError('secret-invalid', { name, problem })
  if (value === '') throw invalid('It is empty.')
  if (value.includes('\0')) throw invalid('It holds a zero byte, which no variable can.')
  if (Buffer.byteLength(value) > LARGEST) throw invalid(`It is longer than ${LARGEST} bytes.`)
}
