import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { readDefinition } from '../../../main/definition/devcontainer/read-definition.ts'
import type { Definition, RunConfig } from '../../../shared/definition.ts'
import { type ErrorCode, isProductError } from '../../../shared/errors.ts'

export const FILE = '.devcontainer/devcontainer.json'

/** A real project folder with these files; it is removed at the end of the block. */
export async function makeProject(files: Record<string, string | Uint8Array> = {}) {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'pristine-definition-')))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), content)
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Reads a devcontainer.json given as text or value, beside which a Dockerfile lies. */
export async function read(
  json: unknown,
  options: { env?: Record<string, string>; files?: Record<string, string> } = {},
): Promise<Definition> {
  const text = typeof json === 'string' ? json : JSON.stringify(json, null, 2)
  await using project = await makeProject({
    [FILE]: text,
    '.devcontainer/Dockerfile': 'FROM scratch\n',
    ...options.files,
  })
  return (await readDefinition(project, { env: options.env ?? {} })).definition
}

/** The run configuration of an image-based definition with these keys. */
export async function readRun(json: object, env: Record<string, string> = {}): Promise<RunConfig> {
  const definition = await read({ image: 'debian:bookworm', ...json }, { env })
  const [service] = definition.services
  if (!service) throw new Error('a definition has a service')
  return service.run
}

/** Expects a product error of this code whose data hold these values. */
export async function expectError(
  work: Promise<unknown> | (() => unknown),
  code: ErrorCode,
  data: Record<string, unknown> = {},
): Promise<void> {
  let failure: unknown
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    failure = error
  }
  if (failure !== undefined && !isProductError(failure)) throw failure
  expect(failure, 'an error').toBeDefined()
  expect({ code: failure?.code, ...failure?.data }).toMatchObject({ code, ...data })
}
