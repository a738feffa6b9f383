import { type ComposeOptions, composeReading } from '../../../main/definition/compose/read-compose.ts'
import { run } from './reading.ts'

/** Reads Compose files that are texts, the first of them `compose.yaml` unless others are named. */
export function read(
  files: string | Readonly<Record<string, string>>,
  {
    use = ['compose.yaml'],
    inRoot = '',
    ...options
  }: Partial<ComposeOptions> & { use?: string[]; inRoot?: string } = {},
) {
  const texts = typeof files === 'string' ? { 'compose.yaml': files } : files
  return run(texts, (place) =>
    composeReading(
      use.map((file) => ({ file: `./${file}`, key: 'dockerComposeFile', place })),
      { path: '/project', inRoot },
      { env: {}, name: 'stack', ...options },
    ),
  )
}

/** The one service of a stack that is only that: its keys as a flow mapping or as lines. */
export function serviceOf(keys: string, options: Parameters<typeof read>[1] = {}) {
  const text = `services:\n  app:\n    image: busybox\n    ${keys.replaceAll('\n', '\n    ')}\n${RESOURCES}`
  const { app } = read(text, options).stack.services
  if (!app) throw new Error('the stack has its service')
  return app
}

const RESOURCES = 'networks: {n: }\nvolumes: {vol: }\nsecrets: {s: {file: ./s}}\nconfigs: {c: {content: x}}\n'
