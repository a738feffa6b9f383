import { productError } from '../../shared/errors.ts'
import type { KeyStore, SecretKey } from './key-store.ts'
import { runTool } from './key-store-tool.ts'

const STORE = 'the Secret Service'

/** The Secret Service of Linux desktops (freedesktop.org), such as GNOME's keyring and KWallet, through `secret-tool`. */
export function secretService(env: Record<string, string | undefined>): KeyStore {
  const tool = {
    program: 'secret-tool',
    store: STORE,
    missing: 'There is no program "secret-tool" (Debian and Ubuntu: package libsecret-tools).',
    env,
  }
  const run = async (args: string[], input?: string) => {
    const { code, stdout, stderr } = await runTool(tool, args, input)
    // It says nothing where it finds nothing.
    if (code !== 0 && stderr.trim() !== '') {
      throw productError('key-store-unusable', { store: STORE, problem: stderr.trim() })
    }
    return { code, stdout }
  }
  return {
    name: STORE,
    read: async (key) => {
      const { code, stdout } = await run(['lookup', ...attributes(key)])
      return code === 0 ? stdout : undefined
    },
    write: async (key, value) => {
      await run(['store', `--label=Pristine: ${key.name}`, ...attributes(key)], value)
    },
    remove: async (key) => {
      await run(['clear', ...attributes(key)])
    },
  }
}

const attributes = ({ project, remote, name }: SecretKey): string[] => [
  ...['application', 'dev.pristine'],
  ...['project', project],
  ...['remote', remote ?? ''],
  ...['name', name],
]
