import { mkdir } from 'node:fs/promises'
import { createServer, type Server as HttpServer } from 'node:http'
import path from 'node:path'
import { type AnyProcedure, call, getRouter, isProcedure } from '@orpc/server'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type * as z from 'zod/mini'
import { contract } from '../../../shared/contract.ts'
import { failureOf, Window } from './client.ts'
import { type Serving, serveApp } from './serving.ts'

/** So many inputs a method; `npm run test:fuzz-contract` tries more. */
const RUNS = Number(process.env['PRISTINE_FUZZ_RUNS'] ?? 200)

let serving: Serving
let engine: HttpServer
/** What the engine was asked. */
const asked: string[] = []

/** An engine that counts, and knows nothing. */
beforeAll(async () => {
  serving = await serveApp()
  await mkdir(serving.home, { recursive: true })
  engine = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(500, { 'api-version': '1.41' }).end()
  })
  await new Promise<void>((resolve) => engine.listen(path.join(serving.home, 'no-engine.sock'), resolve))
})
afterAll(async () => {
  await serving[Symbol.asyncDispose]()
  engine.closeAllConnections()
  engine.close()
})

interface Method {
  name: string
  procedure: AnyProcedure
  schema: z.ZodMiniType | undefined
}

/** Every method of the contract, with its implementation. */
function methods(tree: object = contract, at: string[] = []): { name: string; path: string[] }[] {
  return Object.entries(tree).flatMap(([name, value]: [string, object]) =>
    '~orpc' in value
      ? [{ name: [...at, name].join('.'), path: [...at, name] }]
      : methods(value, [...at, name]),
  )
}

function find(method: { name: string; path: string[] }): Method {
  const procedure = getRouter(serving.app.router, method.path)
  if (!isProcedure(procedure)) throw new Error(`${method.name} is not implemented.`)
  return { name: method.name, procedure, schema: procedure['~orpc'].inputSchema as z.ZodMiniType | undefined }
}

/** What the app itself asks the engine, whatever is called: how it is, and what there is. */
const OWN = /^(?:GET \/_ping|GET \/(?:v[\d.]+\/)?(?:containers\/json|events|version)\b)/
const calls = () => asked.filter((line) => !OWN.test(line))

test.each(methods())(
  '$name refuses what it is not made for, and asks nobody',
  async (method) => {
    const { procedure, schema } = find(method)
    const before = calls().length
    const refused = async (input: unknown) => {
      // What happens to be right is no garbage.
      if (schema ? schema.safeParse(input).success : input === undefined) return
      const report = await failureOf(call(procedure, input as never, { context: {} }) as Promise<unknown>)
      expect(report.code).toBe('request-invalid')
    }
    await fc.assert(fc.asyncProperty(garbageFor(schema), refused), { numRuns: RUNS })
    expect(calls().slice(before)).toEqual([])
  },
  60_000 + RUNS * 20,
)

/** Anything at all, and the right fields with anything in one of them, or one too many. */
function garbageFor(schema: z.ZodMiniType | undefined): fc.Arbitrary<unknown> {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
  })
  const nasty = fc.constantFrom<unknown>(
    '',
    '../../etc/passwd',
    '/',
    '\u0000',
    'a'.repeat(100_000),
    'x-00000000\n',
    'X-00000000',
    '__proto__',
    -1,
    1.5,
    Number.NaN,
    Number.MAX_SAFE_INTEGER + 2,
    [],
    {},
    null,
    { toString: null },
  )
  const shape = (schema as { shape?: Record<string, unknown> } | undefined)?.shape
  if (!shape) return fc.oneof(anything, nasty)
  const fields = Object.fromEntries(
    Object.keys(shape).map((name) => [name, fc.oneof(nasty, anything, fc.constant('known-good'))]),
  )
  return fc.oneof(
    anything,
    nasty,
    fc.record(fields, { requiredKeys: [] }),
    fc.record({ ...fields, more: anything }, { requiredKeys: [] }),
  )
}

/** Inputs of the right form that name nothing that is there. */
const NOBODY: Record<string, unknown> = {
  project: 'nobody-00000000',
  terminal: '0123456789abcdef',
  operation: '20260101t000000000-abcdef',
  version: '0'.repeat(64),
  size: { columns: 80, rows: 24 },
  text: 'x',
  from: 0,
  to: 'v1',
  tail: 10,
  data: true,
  on: true,
  name: 'token',
  snapshot: 'first',
  value: 'x',
  versions: false,
  volumes: [],
  references: ['a:b'],
  folder: '/nobody/here',
  file: '/nobody/here.tar',
  path: '/nobody/here',
  replace: false,
  upload: '0'.repeat(32),
  bytes: 'eA==',
  discard: true,
  editor: 'vscode',
  source: 'ext::nobody',
  reference: null,
  destination: '/nobody/here',
  trust: '0'.repeat(64),
  fingerprint: '0'.repeat(64),
}

test.each(methods())('$name of what is not there is refused, and asks nobody', async (method) => {
  const { procedure, schema, name } = find(method)
  const shape = (schema as { shape?: Record<string, z.ZodMiniType> } | undefined)?.shape
  if (!shape || name.startsWith('settings.') || name === 'operations.list') return
  const before = calls().length
  const candidates = {
    ...NOBODY,
    ...(name === 'cleanup.remove' && { versions: [] }),
    ...(name === 'versions.compare' && { from: 'v1' }),
    ...(name === 'environment.listens' && { port: 8080 }),
    ...(name === 'files.upload' && { size: 5 }),
  }
  const input = Object.fromEntries(
    Object.keys(shape).map((field) => [field, candidates[field as keyof typeof candidates]]),
  )
  expect(schema?.safeParse(input).error).toBeUndefined()
  if (name === 'terminals.list') {
    expect(await call(procedure, input as never, { context: {} })).toEqual([])
    return
  }
  const report = await failureOf(drain(call(procedure, input as never, { context: {} }) as Promise<unknown>))
  expect([
    'project-unknown',
    'project-missing',
    'terminal-unknown',
    'transfer-unknown',
    'clone-refused',
  ]).toContain(report.code)
  expect(calls().slice(before)).toEqual([])
})

async function drain(result: Promise<unknown>): Promise<unknown> {
  const value = await result
  if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value) {
    for await (const event of value as AsyncIterable<unknown>) return event
  }
  return value
}

test('an unexpected error is reported inside and not sent to the client', async () => {
  await using own = await serveApp({ HOME: '\u0000secret' })
  await using window = await Window.open(own.server)
  const report = await failureOf(window.client.projects.openSample())
  expect(report.code).toBe('internal')
  expect(JSON.stringify(report)).not.toContain('secret')
  expect(own.faults).toHaveLength(1)
})

test.each(['seed.tar', '/tmp/seed.sh', '~/.profile'])('a snapshot is not exported to %s', async (file) => {
  await using window = await Window.open(serving.server)
  const { key } = await window.client.projects.open({ folder: path.join(import.meta.dirname) })
  const report = await failureOf(window.client.snapshots.export({ project: key, name: 'seed', file }))
  expect(report).toMatchObject({ code: 'usage', hint: expect.any(String) })
})

test.each([
  ['no JSON', 'hello'],
  ['an empty frame', ''],
  ['no address', '{"i":"1","p":{}}'],
  ['null', 'null'],
  ['a number', '7'],
  ['deep nesting', `${'['.repeat(50_000)}`],
])('a message that is none (%s) ends the connection', async (_, message) => {
  await using window = await Window.open(serving.server)
  const closed = new Promise<number>((resolve) => window.socket.on('close', resolve))
  window.socket.send(message)
  expect(await closed).toBe(4400)
})

test.each(['/nope', '/app', '/app/about/x', '/__proto__', '/constructor', ''])(
  'a call of %s is answered with an error',
  async (url) => {
    await using window = await Window.open(serving.server)
    const answer = new Promise<string>((resolve) =>
      window.socket.once('message', (data) => resolve(String(data))),
    )
    window.socket.send(JSON.stringify({ i: '1', p: { u: url || '/' } }))
    expect(JSON.parse(await answer)).toMatchObject({ p: { s: 404 } })
  },
)

test('nothing went wrong inside', () => expect(serving.faults).toEqual([]))
