import type { DeclaredSecret } from '../../shared/definition.ts'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { SecretList } from '../../shared/secret.ts'
import { readProject } from '../definition/read-project.ts'
import { type UpOptions, withGrants } from '../environment/planned-change.ts'
import { readTrusted } from '../environment/run-initialize-command.ts'
import type { Host } from '../host/host.ts'
import { addDeclinedSecret, readDeclinedSecrets } from '../secrets/declined-secrets.ts'
import type { Project } from '../store/open-project.ts'

/**
 * The secrets that a project's definition declares, and whether each has a value. Only reads. Errors: those of the
 * definition.
 */
export async function listSecrets(
  host: Host,
  project: Project,
  definition: string | undefined,
): Promise<SecretList> {
  const read = await readProject(host.env, project, definition)
  return secretStates(host, project, read.definition.secrets)
}

/**
 * The secrets to ask for before a person starts the environment: those without a value that were not skipped before. An
 * untrusted definition asks for nothing. Errors: those of the definition, `not-trusted`.
 */
export async function secretsToAskFor(
  host: Host,
  project: Project,
  { definition, frozen, trust }: Partial<UpOptions>,
  run: Run,
): Promise<DeclaredSecret[]> {
  const read = await readTrusted(withGrants(host, { trust }), project, { definition, frozen }, run)
  const { secrets } = await secretStates(host, project, read.definition.secrets)
  const missing = secrets.flatMap(({ state, ...secret }) => (state === 'missing' ? [secret] : []))
  if (missing.length === 0) return []
  const leftOut = new Set(await readDeclinedSecrets(host.home, project.key))
  return missing.filter(({ name }) => !leftOut.has(name))
}

/** Records that a person skipped a secret, so that they are not asked for it again. Errors: `storage-failed`. */
export function leaveOutSecret(host: Host, project: Project, name: string): Promise<void> {
  return addDeclinedSecret(host.home, project.key, name)
}

async function secretStates(host: Host, project: Project, declared: DeclaredSecret[]): Promise<SecretList> {
  const { store } = host.secrets
  const { found, problem } = await host.secrets.find(
    project,
    declared.map(({ name }) => name),
  )
  const secrets = declared.map((secret) => ({ ...secret, state: found[secret.name]?.state ?? 'missing' }))
  return { secrets, store, problem }
}

/**
 * Stores the value of a declared secret in the system's key store.
 * Errors: `secret-undeclared`, `secret-invalid`, `key-store-unusable`, those of the definition.
 */
export async function setSecret(
  host: Host,
  project: Project,
  { name, value, definition }: { name: string; value: string; definition: string | undefined },
): Promise<void> {
  const { secrets } = (await readProject(host.env, project, definition)).definition
  if (!secrets.some((secret) => secret.name === name)) {
    throw productError('secret-undeclared', { name, declared: secrets.map((secret) => secret.name) })
  }
  await host.secrets.save(project, name, value)
}

/**
 * The same, but if the key store cannot be used, keeps the value until this process ends and returns the reason.
 * Errors: `secret-undeclared`, `secret-invalid`, those of the definition.
 */
export async function provideSecret(
  host: Host,
  project: Project,
  secret: { name: string; value: string; definition: string | undefined },
): Promise<string | null> {
  try {
    await setSecret(host, project, secret)
    return null
  } catch (error) {
    if (!isProductError(error, 'key-store-unusable')) throw error
    await host.secrets.holdInMemory(project, secret.name, secret.value)
    return error.why
  }
}

/** Forgets the value of a secret, declared or not. Errors: `key-store-unusable`. */
export function removeSecret(host: Host, project: Project, name: string): Promise<void> {
  return host.secrets.remove(project, name)
}
