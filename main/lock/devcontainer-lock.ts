import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import type { FeaturePin, Lock } from '../../shared/lock.ts'
import type { ProjectPaths } from '../files/project-paths.ts'
import { featureKey, featurePinProblem } from './feature-pin.ts'
import { isObject, syntaxProblem } from './lock-file.ts'
import { readLockText, writeLockText } from './lock-text.ts'

/*
 * The lock of other tools, with the pins of features only
 * (https://github.com/devcontainers/spec/blob/main/docs/specs/devcontainer-lockfile.md). Where a repository has one, it
 * counts first, and is kept up to date, so that both tools work on the same repository.
 */

/** The pins by reference, as it is written. An empty file is a lock that is still to be filled. */
type Pins = Record<string, FeaturePin>

/** It stands beside the definition's file. */
export function devcontainerLockPath(definitionFile: string): string {
  const { dir, base } = path.posix.parse(definitionFile)
  return path.posix.join(dir, base.startsWith('.') ? '.devcontainer-lock.json' : 'devcontainer-lock.json')
}

/** Reads the pins; undefined if there is no such file. Error: `lock-invalid`. */
export async function readDevcontainerLock(
  project: ProjectPaths,
  definitionFile: string,
): Promise<Pins | undefined> {
  const file = devcontainerLockPath(definitionFile)
  const text = (await readLockText(project, file))?.replace(/^\ufeff/, '')
  if (text === undefined) return undefined
  const fail = (problem: string, cause?: unknown) =>
    productError('lock-invalid', { file, problem }, { cause })
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw fail(syntaxProblem(text, error), error)
  }
  const features = isObject(value) ? (value['features'] ?? {}) : undefined
  if (!isObject(features)) throw fail('it must be an object with the object "features".')
  for (const [reference, pin] of Object.entries(features)) {
    const problem = featurePinProblem(reference, pin)
    if (problem !== undefined) throw fail(problem)
  }
  return features as Pins
}

/**
 * Brings the file up to date with a lock, if there is one; returns whether it changed. References keep the spelling that the file has; new ones get that
 * of the definition, as `written` has it by reference. Errors: `lock-invalid`, `storage-failed`.
 */
export async function updateDevcontainerLock(
  project: ProjectPaths,
  definitionFile: string,
  { features = {} }: Lock,
  written: Readonly<Record<string, string>>,
): Promise<boolean> {
  const now = await readDevcontainerLock(project, definitionFile)
  if (now === undefined) return false
  const spelling = new Map(
    [...Object.values(written), ...Object.keys(now)].map((name) => [featureKey(name), name]),
  )
  const next = Object.entries(features)
    .map(([reference, pin]): [string, FeaturePin] => [spelling.get(featureKey(reference)) ?? reference, pin])
    .sort(inOtherToolsOrder)
  const text = `${JSON.stringify({ features: Object.fromEntries(next.map(inOrder)) }, null, 2)}\n`
  const before = JSON.stringify(Object.entries(now).sort(inOtherToolsOrder).map(inOrder))
  if (JSON.stringify(next.map(inOrder)) === before) return false
  await writeLockText(project, devcontainerLockPath(definitionFile), text)
  return true
}

/**
 * So that neither tool rewrites what the other wrote. It depends on the language of the computer; a file that has another order
 * is therefore left as it is.
 */
const inOtherToolsOrder = ([a]: [string, unknown], [b]: [string, unknown]): number => a.localeCompare(b)

const inOrder = ([reference, { version, resolved, integrity, dependsOn }]: [string, FeaturePin]): [
  string,
  FeaturePin,
] => [
  reference,
  { ...(version !== undefined && { version }), resolved, integrity, ...(dependsOn && { dependsOn }) },
]
