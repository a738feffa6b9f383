import { createHash } from 'node:crypto'
import { productError } from '../../shared/errors.ts'
import type { KeyStore, SecretKey } from './key-store.ts'
import { runTool } from './key-store-tool.ts'

const STORE = 'the keychain'
/** What `security` ends with where there is no such item. */
const NOT_FOUND = 44

/**
 * The login keychain of macOS, through `security`. Values are kept as base64: what is not plain text is printed in
 * another form than it was given.
 */
export function keychain(env: Record<string, string | undefined>): KeyStore {
  const tool = { program: '/usr/bin/security', store: STORE, missing: 'There is no program "security".', env }
  const run = async (args: string[], input?: string) => {
    const result = await runTool(tool, args, input)
    if (result.code === 0 || result.code === NOT_FOUND) return result
    throw productError('key-store-unusable', { store: STORE, problem: result.stderr.trim() })
  }
  return {
    name: STORE,
    read: async (key) => {
      const { code, stdout } = await run(['find-generic-password', ...item(key), '-w'])
      return code === 0 ? Buffer.from(stdout.trim(), 'base64').toString() : undefined
    },
    write: async (key, value) => {
      // Its arguments come by its input, one command a line.
      const words = ['add-generic-password', '-U', ...item(key), '-w', Buffer.from(value).toString('base64')]
      await run(['-i'], `${words.join(' ')}\n`)
    },
    remove: async (key) => {
      await run(['delete-generic-password', ...item(key)])
    },
  }
}

/** An item's service and account, of letters that need no quotes. */
function item({ project, remote, name }: SecretKey): string[] {
  const place = createHash('sha256')
    .update(JSON.stringify([project, remote]))
    .digest('hex')
    .slice(0, 32)
  return ['-s', `dev.pristine.${place}`, '-a', name]
}
